import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import production from '../../deployments/production/us-east-1';
import { REFERENCE_CAPACITY, REFERENCE_DEMAND, sizeFor } from '../../deployments/sizing';

const sizing = sizeFor(REFERENCE_DEMAND, REFERENCE_CAPACITY, production.zones.length);

describe('production carries the reference service', () => {
  test('its web fleet holds the average by day and the peak at its largest, with one zone lost', () => {
    expect(production.web!.requestsPerSecondPerInstance).toBe(REFERENCE_CAPACITY.requestsPerInstance);
    expect(production.web!.min).toBeGreaterThanOrEqual(sizing.webAtAverage);
    expect(production.web!.max).toBeGreaterThanOrEqual(sizing.webAtPeak);
  });

  test('no instance needs more bandwidth than it has without bursts', () => {
    expect(sizing.bandwidthPerInstance).toBeLessThan(REFERENCE_CAPACITY.bandwidthPerInstance);
  });

  test('its workers keep up with the pictures of the peak', () => {
    expect(production.workers!.max).toBeGreaterThanOrEqual(sizing.workersAtPeak);
  });

  test('its database has room for a year at the start, and for four years at its largest', () => {
    expect(production.database!.storage).toBeGreaterThanOrEqual(sizing.databaseGrowth * 12);
    expect(production.database!.maxStorage).toBeGreaterThanOrEqual(sizing.databaseGrowth * 48);
  });
});

test('a zone lost leaves what the rate needs, whatever the demand and the number of zones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 2, max: 4 }), (requests, zones) => {
      const { webAtPeak, peakRate } = sizeFor({ ...REFERENCE_DEMAND, requests }, REFERENCE_CAPACITY, zones);
      const left = (webAtPeak * (zones - 1)) / zones;
      expect(left * REFERENCE_CAPACITY.requestsPerInstance).toBeGreaterThanOrEqual(peakRate * (1 - 1e-12));
      expect(webAtPeak % zones).toBe(0);
    }),
  );
});

test('docs/sizing.md shows the figures that the calculation gives', () => {
  const text = readFileSync(join(__dirname, '../../docs/sizing.md'), 'utf8');
  const row = (label: string): string =>
    text.split('\n').find((line) => line.startsWith(`| ${label} |`)) ?? label;
  const shown: Record<string, string> = {
    'Average rate': `${Math.round(sizing.averageRate)} requests/s`,
    'Peak rate': `${Math.round(sizing.peakRate)} requests/s`,
    'Average response': `${(sizing.bytesPerResponse / 1000).toFixed(1)} kB`,
    'Web instances for the average': `${sizing.webAtAverage} (${production.web!.min} declared)`,
    'Web instances for the peak': `${sizing.webAtPeak} (${production.web!.max} declared)`,
    'Bandwidth of one instance': `${sizing.bandwidthPerInstance.toFixed(0)} Mbit/s`,
    'Workers for the peak': `${sizing.workersAtPeak} (${production.workers!.max} declared)`,
    'Reads that reach the database': `${Math.round(sizing.databaseReads)}/s`,
    'Writes that reach the database': `${Math.round(sizing.databaseWrites)}/s`,
    'Growth of the database': `${sizing.databaseGrowth.toFixed(0)} GiB a month`,
    'Growth of the pictures': `${(sizing.pictureGrowth / 1024).toFixed(1)} TiB a month`,
    'Connections to the writer': `${sizing.connections}`,
  };
  for (const [label, figure] of Object.entries(shown)) expect(row(label)).toContain(`| ${figure} |`);
});
