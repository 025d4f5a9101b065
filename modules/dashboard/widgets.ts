/** One line of a graph: a CloudWatch metric. */
export interface Line {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `Maximum`, `Minimum`, a percentile such as `p99`, or a share such as `PR(:300)`. */
  readonly statistic: string;
  readonly label: string;
  /** Metric math that is shown in place of the metric, with `m` for it. */
  readonly expression?: string;
  /** Further metrics of the expression, by the names that it gives them: lower case, not `m`. */
  readonly with?: Readonly<Record<string, Omit<Line, 'expression' | 'with'>>>;
}

/** As many lines as there are metrics of a kind, whose names are not known here. */
export interface Search {
  /** A SEARCH expression of metric math. */
  readonly search: string;
}

export interface Graph {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly (Line | Search)[];
  /** Default: a graph over time. `numbers` shows the newest figure of each line. */
  readonly show?: 'graph' | 'numbers';
  /** One point for each of so many days back, whatever time the dashboard shows. Default: minutes of that time. */
  readonly days?: number;
}

/** Words, such as what servers are for. Markdown. */
export interface Note {
  readonly markdown: string;
}

/** Whether alarms are on, those first. A hundred at most (Amazon CloudWatch User Guide, "Dashboard body structure and syntax": alarm widget). */
export interface AlarmList {
  readonly title: string;
  readonly alarmArns: readonly string[];
}

/** An answer of CloudWatch Logs Insights as a table. */
export interface LogTable {
  readonly title: string;
  readonly groupNames: readonly string[];
  readonly query: string;
}

export type Widget = Graph | Note | AlarmList | LogTable;

/** Widgets below a heading, from left to right. */
export interface Row {
  readonly heading: string;
  /** What there is to know of it, below the heading. Default: nothing. */
  readonly about?: string;
  readonly widgets: readonly Widget[];
  /** Widgets beside one another, a divisor of 24. Default: 3. */
  readonly across?: 1 | 2 | 3 | 4;
  /** Units that each is high. Default: 6. */
  readonly height?: number;
}

/** Seconds of one point. */
const PERIOD = 60;
const DAY = 86_400;

/** Type and properties of a widget (Amazon CloudWatch User Guide, "Dashboard body structure and syntax"). */
export function widgetBody(widget: Widget, region: string): { type: string; properties: object } {
  if ('markdown' in widget) return { type: 'text', properties: { markdown: widget.markdown } };
  if ('alarmArns' in widget) {
    const { title, alarmArns } = widget;
    return { type: 'alarm', properties: { title, alarms: alarmArns, sortBy: 'stateUpdatedTimestamp' } };
  }
  if ('query' in widget) {
    const { title, groupNames, query } = widget;
    const sources = groupNames.map((name) => `SOURCE '${name}'`);
    return {
      type: 'log',
      properties: { title, region, view: 'table', query: [...sources, query].join(' | ') },
    };
  }
  const numbers = widget.show === 'numbers';
  return {
    type: 'metric',
    properties: {
      title: widget.title,
      region,
      ...(widget.days === undefined
        ? { period: PERIOD }
        : { period: DAY, start: `-P${widget.days}D`, end: 'P0D' }),
      metrics: widget.lines.flatMap(metricRows),
      ...(numbers
        ? { view: 'singleValue', setPeriodToTimeRange: false, sparkline: true }
        : {
            view: 'timeSeries',
            stacked: false,
            yAxis: { left: { label: widget.unit, showUnits: false, min: 0 } },
          }),
    },
  };
}

function metricRows(line: Line | Search, index: number): unknown[] {
  if ('search' in line) return [[{ expression: line.search, id: `e${index}` }]];
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
