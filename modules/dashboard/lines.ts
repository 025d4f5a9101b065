import type { Graph, Line } from './widgets';

/** Sums as rates. */
export const PER_SECOND = 'm / PERIOD(m)';

/** A thing that has metrics, by what people call it. */
export interface Thing {
  readonly label: string;
  readonly dimensions: Line['dimensions'];
}

/** One metric, or an expression of it, as one line of a graph for each of several things. */
export type GraphOfEach = (
  title: string,
  unit: string,
  metric: string,
  statistic: string,
  expression?: string,
) => Graph;

export function graphOfEach(namespace: string, things: readonly Thing[]): GraphOfEach {
  return (title, unit, metric, statistic, expression) => ({
    title,
    unit,
    lines: things.map(({ label, dimensions }) => ({
      namespace,
      metric,
      dimensions,
      statistic,
      label,
      ...(expression === undefined ? {} : { expression }),
    })),
  });
}

/** From the fastest to the slowest: where most are, and how long the tail is. */
const PERCENTILES = ['p10', 'p25', 'p50', 'p75', 'p90', 'p99', 'p99.9'] as const;

/** One metric by its percentiles. */
export function distribution(
  title: string,
  unit: string,
  metric: Pick<Line, 'namespace' | 'metric' | 'dimensions'>,
): Graph {
  return {
    title,
    unit,
    lines: PERCENTILES.map((statistic) => ({ ...metric, statistic, label: statistic })),
  };
}
