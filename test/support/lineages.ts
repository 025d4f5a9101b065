import fc from 'fast-check';
import type { Lineage } from '../../lib/lineage';

export const LINEAGE_REGIONS = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;

/** A way that the writer took: no region twice in a row, and one that joined late is no writer before. */
export const lineages: fc.Arbitrary<Lineage> = fc
  .tuple(fc.array(fc.constantFrom(...LINEAGE_REGIONS), { minLength: 1, maxLength: 8 }), fc.nat(7))
  .map(([way, late]) => {
    const writers = way.filter((region, index) => region !== way[index - 1]);
    const joined = Math.min(late, writers.length - 1);
    const early = writers.slice(0, joined).includes('ap-south-1');
    const joinedAfter: Record<string, number> = early ? {} : { 'ap-south-1': joined };
    return { writers, joinedAfter };
  });
