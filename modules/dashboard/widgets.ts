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
  const { namespace, metric, dimensions, statistic, label, expression } = line;
  const source = [namespace, metric, ...Object.entries(dimensions).flat()];
  if (expression === undefined) return [[...source, { stat: statistic, label }]];
  const id = `m${index}`;
  return [
    [...source, { id, stat: statistic, visible: false }],
    [{ expression: expression.replace(/\bm\b/g, id), label, id: `e${index}` }],
  ];
}
