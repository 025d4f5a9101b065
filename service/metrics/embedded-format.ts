/** Units of CloudWatch that are in use here ("MetricDatum", Amazon CloudWatch API Reference). */
export type Unit = 'Count' | 'Milliseconds' | 'Seconds' | 'Bytes' | 'None';

/** One figure of one interval, or up to 100 of them, over which CloudWatch computes percentiles. */
export interface Figure {
  readonly unit: Unit;
  readonly value: number | readonly number[];
}

/** Most values of one metric in one line ("Specification: Embedded metric format", Amazon CloudWatch User Guide). */
export const VALUES_LIMIT = 100;

/**
 * A log line that CloudWatch Logs makes metrics of, in the embedded metric format.
 * @param dimensions members of the line that each metric is kept by; members that every line has need no value here
 */
export function embeddedLine(
  namespace: string,
  timestamp: number,
  dimensions: Readonly<Record<string, string | undefined>>,
  figures: Readonly<Record<string, Figure>>,
): Record<string, unknown> {
  const members = Object.entries(dimensions).filter(([, value]) => value !== undefined);
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.entries(figures).map(([Name, { unit }]) => ({ Name, Unit: unit })),
        },
      ],
    },
    ...Object.fromEntries(members),
    ...Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])),
  };
}
