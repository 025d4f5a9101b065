import fc from 'fast-check';
import { generationsOf, generationSuffix, type Generation, type Lineage } from '../../lib/lineage';
import { LINEAGE_REGIONS, lineages } from '../support/lineages';

const brief = (lineage: Lineage, region: string): string[] =>
  generationsOf(lineage, region).map(
    ({ number, role, source }) =>
      `${number} ${role}${source ? ` of ${source.region} ${source.generation}` : ''}`,
  );

describe('the generations of a shard', () => {
  test('a writer and its readers', () => {
    const lineage = { writers: ['us-east-1'] };
    expect(brief(lineage, 'us-east-1')).toEqual(['0 writer']);
    expect(brief(lineage, 'eu-west-1')).toEqual(['0 reader of us-east-1 0']);
  });

  test('after a failover the new writer stays, all others begin anew and keep what they had', () => {
    const lineage = { writers: ['us-east-1', 'eu-west-1'] };
    expect(brief(lineage, 'eu-west-1')).toEqual(['0 writer']);
    expect(brief(lineage, 'us-east-1')).toEqual(['0 former', '1 reader of eu-west-1 0']);
    expect(brief(lineage, 'ap-south-1')).toEqual(['0 former of us-east-1 0', '1 reader of eu-west-1 0']);
  });

  test('after the way back the second generation writes', () => {
    const lineage = { writers: ['us-east-1', 'eu-west-1', 'us-east-1'] };
    expect(brief(lineage, 'us-east-1')).toEqual(['0 former', '1 writer']);
    expect(brief(lineage, 'eu-west-1')).toEqual(['0 former', '1 reader of us-east-1 1']);
  });

  test('a region that is added later has no history', () => {
    const lineage = { writers: ['us-east-1', 'eu-west-1'], joinedAfter: { 'ap-south-1': 1 } };
    expect(brief(lineage, 'ap-south-1')).toEqual(['0 reader of eu-west-1 0']);
    const back = { ...lineage, writers: [...lineage.writers, 'ap-south-1'] };
    expect(brief(back, 'ap-south-1')).toEqual(['0 writer']);
    expect(brief(back, 'us-east-1').at(-1)).toBe('2 reader of ap-south-1 0');
    expect(() =>
      generationsOf({ writers: ['us-east-1'], joinedAfter: { 'ap-south-1': 1 } }, 'ap-south-1'),
    ).toThrow('ap-south-1 was added after 1 changes of the writer, of which there were fewer');
  });

  test('names: nothing for the first, then the number', () => {
    expect([0, 1, 9].map(generationSuffix)).toEqual(['', '2', '10']);
  });
});

const current = (lineage: Lineage, region: string): Generation => generationsOf(lineage, region).at(-1)!;

describe('whatever way the writer took', () => {
  test('exactly one region writes, and every other one reads from it', () => {
    fc.assert(
      fc.property(lineages, (lineage) => {
        const writer = lineage.writers.at(-1)!;
        const { number: generation } = current(lineage, writer);
        for (const region of LINEAGE_REGIONS)
          expect(current(lineage, region)).toMatchObject(
            region === writer
              ? { role: 'writer' }
              : { role: 'reader', source: { region: writer, generation } },
          );
      }),
    );
  });

  test('numbers rise by one, and no generation but the last is anything but former', () => {
    fc.assert(
      fc.property(lineages, fc.constantFrom(...LINEAGE_REGIONS), (lineage, region) => {
        const all = generationsOf(lineage, region);
        expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index));
        expect(all.slice(0, -1).every(({ role }) => role === 'former')).toBe(true);
      }),
    );
  });

  test('one more change of the writer sets and changes no source, and takes no generation away', () => {
    fc.assert(
      fc.property(lineages, fc.constantFrom(...LINEAGE_REGIONS), (lineage, next) => {
        fc.pre(next !== lineage.writers.at(-1));
        const after = { ...lineage, writers: [...lineage.writers, next] };
        for (const region of LINEAGE_REGIONS) {
          const [old, now] = [generationsOf(lineage, region), generationsOf(after, region)];
          expect(now.length).toBe(old.length + (region === next ? 0 : 1));
          for (const [index, { source }] of old.entries())
            expect([source, undefined]).toContainEqual(now[index]!.source);
          for (const { number, wrote } of old) if (wrote) expect(now[number]!.wrote).toBe(wrote);
        }
      }),
    );
  });
});
