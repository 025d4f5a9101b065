import { REFERENCE_CAPACITY, REFERENCE_DEMAND, sizeFor } from '../../deployments/sizing';
import type { PriceList } from '../../tools/cost';
import type { Deployment } from '../../deployments/schema';

const REGION = 'us-east-1';
const HOURS = 730;
const GIB = 2 ** 30;
const SECONDS = (365.25 / 12) * 24 * 3600;
const LINE_BYTES = 300;
const PEAK_HOURS = 6 * (365.25 / 12);
const OTHER_ZONE = 2 / 3;

/** One thing that costs with use: what, how much of it, and US dollars a month. */
export interface Use {
  readonly what: string;
  readonly quantity: string;
  readonly usd: number;
}

/** Dollars of data to the internet, by AWS's tiers. */
function internet(gigabytes: number, usd: (key: string) => number): number {
  const tiers = [
    { upTo: 10_240, key: 'transfer.internet.10tb' },
    { upTo: 51_200, key: 'transfer.internet.50tb' },
    { upTo: 153_600, key: 'transfer.internet.150tb' },
  ];
  let from = 0;
  let sum = 0;
  for (const { upTo, key } of tiers) {
    sum += Math.max(0, Math.min(gigabytes, upTo) - from) * usd(key);
    from = upTo;
  }
  return sum;
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');

/** What the reference demand adds to a deployment's cost at rest. */
export function useOf(deployment: Deployment, list: PriceList): Use[] {
  const usd = (key: string): number => list.price(key, REGION).usd;
  const { requests, peakBandwidth, peakToAverage } = REFERENCE_DEMAND;
  const sizing = sizeFor(REFERENCE_DEMAND, REFERENCE_CAPACITY, deployment.zones.length);
  const gigabytes = ((peakBandwidth * 1e6) / 8 / peakToAverage) * (SECONDS / GIB);
  const millions = requests / 1e6;
  const more = (sizing.webAtPeak - deployment.web!.min) * PEAK_HOURS;
  const lines = (requests * LINE_BYTES) / GIB;
  const units = gigabytes / HOURS;
  return [
    { what: 'Data to the internet', quantity: `${thousands(gigabytes)} GB`, usd: internet(gigabytes, usd) },
    {
      what: 'Requests through the web ACL',
      quantity: `${thousands(millions)} million`,
      usd: millions * usd('waf.million'),
    },
    {
      what: 'Data to another zone',
      quantity: `${thousands(gigabytes * OTHER_ZONE)} GB, both ways`,
      usd: gigabytes * OTHER_ZONE * 2 * usd('transfer.zone'),
    },
    { what: 'Log lines', quantity: `${thousands(lines)} GB`, usd: lines * usd('logs.gb') },
    {
      what: 'Capacity units of the balancer, one for each GB an hour',
      quantity: `${Math.round(units)}`,
      usd: units * HOURS * usd('alb.lcu'),
    },
    {
      what: "Web instances above the day's minimum",
      quantity: `${thousands(more)} hours`,
      usd: more * usd(`instance.${deployment.web!.instanceTypes[0]}`),
    },
    {
      what: "A month's pictures in S3, and as much more each month",
      quantity: `${thousands(sizing.pictureGrowth)} GB`,
      usd: sizing.pictureGrowth * usd('s3.gb'),
    },
  ];
}
