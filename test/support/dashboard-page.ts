/** A widget as CloudWatch gets it. */
export interface PlacedWidget {
  readonly type: 'text' | 'metric' | 'alarm' | 'log';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly query?: string;
    readonly region?: string;
    readonly view?: string;
    readonly period?: number;
    readonly start?: string;
    readonly end?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: unknown[][];
  };
}

/** Amazon CloudWatch User Guide, "Dashboard body structure and syntax". */
const WIDTH = 24;

export function widgetsOf(body: string): PlacedWidget[] {
  return (JSON.parse(body) as { widgets: PlacedWidget[] }).widgets;
}

const nameOf = ({ properties: { title, markdown } }: PlacedWidget): string =>
  title ?? markdown?.split('\n')[0] ?? '';

/** Pairs of widgets of which one covers the other, and widgets that leave the page. */
export function overlapsOf(widgets: readonly PlacedWidget[]): string[] {
  return widgets.flatMap((one, index) => [
    ...(one.x < 0 || one.x + one.width > WIDTH ? [`${nameOf(one)} leaves the page`] : []),
    ...widgets
      .slice(index + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => `${nameOf(one)} covers ${nameOf(other)}`),
  ]);
}

/** Units that no widget covers, down to the last one. */
export function holesOf(widgets: readonly PlacedWidget[]): string[] {
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height));
  const covered = new Set(
    widgets.flatMap(({ x, y, width, height: tall }) =>
      Array.from({ length: width * tall }, (_, n) => `${x + (n % width)},${y + Math.floor(n / width)}`),
    ),
  );
  return Array.from({ length: WIDTH * height }, (_, n) => `${n % WIDTH},${Math.floor(n / WIDTH)}`).filter(
    (unit) => !covered.has(unit),
  );
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** The grid as a page: what stands where, without figures, to be looked at. CloudWatch's own units are about so large. */
export function dashboardPage(title: string, widgets: readonly PlacedWidget[]): string {
  const unit = { x: 60, y: 45 };
  const boxes = widgets.map((widget) => {
    const { type, x, y, width, height, properties } = widget;
    const style = `left:${x * unit.x}px;top:${y * unit.y}px;width:${width * unit.x - 8}px;height:${height * unit.y - 8}px`;
    const lines =
      type === 'text'
        ? (properties.markdown ?? '').split('\n')
        : type === 'alarm'
          ? [`${properties.alarms!.length} alarms`]
          : type === 'log'
            ? [properties.query!]
            : (properties.metrics ?? []).flatMap((line) => {
                const { visible, label, stat, expression } = line.at(-1) as Record<string, string | boolean>;
                return visible === false ? [] : [String(label ?? expression ?? stat)];
              });
    return (
      `<section class="${type}" style="${style}"><h2>${escape(properties.title ?? '')}</h2>` +
      `<p>${lines.map(escape).join('<br>')}</p></section>`
    );
  });
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * unit.y;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><style>
body{margin:8px;font:12px/1.3 sans-serif;background:#f2f3f3}
main{position:relative;width:${WIDTH * unit.x}px;height:${height}px}
section{position:absolute;box-sizing:border-box;overflow:hidden;padding:4px 8px;background:#fff;border:1px solid #d5dbdb}
section.text{background:#e8f0f8}section.alarm{background:#fdf0e8}section.log{background:#eef8ee}
h2{margin:0 0 4px;font-size:13px;white-space:nowrap;overflow:hidden}p{margin:0}
</style></head><body><main>${boxes.join('\n')}</main></body></html>`;
}
