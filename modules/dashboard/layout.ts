import { widgetBody, type Row, type Widget } from './widgets';

/** Amazon CloudWatch User Guide, "Dashboard body structure and syntax": a dashboard is 24 units wide. */
const WIDTH = 24;
const HEADING_HEIGHT = { alone: 1, withText: 2 } as const;
const HEIGHT = 6;

interface Placed {
  readonly widget: Widget;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As few lines as there can be, about equally long: the last one is not a single wide widget. */
function lines(widgets: readonly Widget[], across: number): readonly (readonly Widget[])[] {
  const count = Math.ceil(widgets.length / across);
  const start = (line: number): number => Math.ceil((line * widgets.length) / count);
  return Array.from({ length: count }, (_, line) => widgets.slice(start(line), start(line + 1)));
}

/** Rows below one another; in each, lines of widgets that share the whole width, the last line too. */
export function place(rows: readonly Row[]): readonly Placed[] {
  let y = 0;
  return rows.flatMap(({ heading, about, widgets, across = 3, height = HEIGHT }) => {
    const text = about === undefined ? `## ${heading}` : `## ${heading}\n${about}`;
    const headingHeight = about === undefined ? HEADING_HEIGHT.alone : HEADING_HEIGHT.withText;
    const placed: Placed[] = [{ widget: { markdown: text }, x: 0, y, width: WIDTH, height: headingHeight }];
    y += headingHeight;
    for (const line of lines(widgets, across)) {
      const width = WIDTH / line.length;
      line.forEach((widget, index) => placed.push({ widget, x: index * width, y, width, height }));
      y += height;
    }
    return placed;
  });
}

/** The JSON text of a dashboard. */
export function dashboardBody(region: string, rows: readonly Row[]): string {
  const widgets = place(rows).map(({ widget, ...position }) => ({
    ...position,
    ...widgetBody(widget, region),
  }));
  return JSON.stringify({ start: '-PT6H', widgets });
}
