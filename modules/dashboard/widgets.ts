/** One line of a graph: a CloudWatch metric. */
export interface Line {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `Maximum`, `Minimum`, or a percentile such as `p99`. */
  readonly statistic: string;
  readonly label: string;
  /** Metric math that is shown in place of the metric, with `m` for it. */
  readonly expression?: string;
  /** Further metrics of the expression, by the names that it gives them: lower case, not `m`. */
  readonly with?: Readonly<Record<string, Omit<Line, 'expression' | 'with'>>>;
}

export interface Graph {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** A row of graphs, from left to right, below its heading. */
export interface Row {
  readonly heading: string;
  readonly graphs: readonly Graph[];
}

/** Amazon CloudWatch User Guide, "Dashboard body structure and syntax": a dashboard is 24 units wide. */
const WIDTH = 24;
const HEADING_HEIGHT = 1;
const GRAPH = { width: 8, height: 6 } as const;
/** Seconds of one point. */
const PERIOD = 60;

/** The JSON text of a dashboard, its rows below one another and each row's graphs side by side. */
export function dashboardBody(region: string, rows: readonly Row[]): string {
  let y = 0;
  const widgets: object[] = [];
  for (const { heading, graphs } of rows) {
    widgets.push({
      type: 'text',
      x: 0,
      y,
      width: WIDTH,
      height: HEADING_HEIGHT,
      properties: { markdown: `## ${heading}` },
    });
    y += HEADING_HEIGHT;
    const perLine = WIDTH / GRAPH.width;
    graphs.forEach((graph, index) => {
      widgets.push({
        type: 'metric',
        x: (index % perLine) * GRAPH.width,
        y: y + Math.floor(index / perLine) * GRAPH.height,
        ...GRAPH,
        properties: {
          title: graph.title,
          region,
          view: 'timeSeries',
          stacked: false,
          period: PERIOD,
          yAxis: { left: { label: graph.unit, showUnits: false, min: 0 } },
          metrics: graph.lines.flatMap(metricRows),
        },
      });
    });
    y += Math.ceil(graphs.length / perLine) * GRAPH.height;
  }
  return JSON.stringify({ start: '-PT6H', widgets });
}

function metricRows(line: Line, index: number): unknown[] {
  const { label, expression, statistic } = line;
  if (expression === undefined) return [[...identity(line), { stat: statistic, label }]];
  // Ids are of one graph: each name gets the number of its line.
  const hidden = { m: line, ...line.with };
  const names = Object.keys(hidden);
  const numbered = names.reduce(
    (result, name) => result.replace(new RegExp(`\\b${name}\\b`, 'g'), `${name}${index}`),
    expression,
  );
  return [
    ...Object.entries(hidden).map(([name, metric]) => [
      ...identity(metric),
      { id: `${name}${index}`, stat: metric.statistic, visible: false },
    ]),
    [{ expression: numbered, label, id: `e${index}` }],
  ];
}

function identity({ namespace, metric, dimensions }: Line): string[] {
  return [namespace, metric, ...Object.entries(dimensions).flat()];
}
