import type { Logger } from 'pino';
import { embeddedLine, VALUES_LIMIT, type Figure, type Unit } from './embedded-format';
import { ProcessHealth } from './process-health';
import { Reservoir } from './reservoir';

export interface MetricsOptions {
  /** Namespace of CloudWatch; without one nothing is recorded. */
  readonly namespace?: string;
  /** Seconds that figures are gathered for before they are written. */
  readonly intervalSeconds: number;
  /** Milliseconds that an answer of an endpoint may take, by endpoint such as `GET /v1/posts/:id`. */
  readonly objectives?: ReadonlyMap<string, number>;
}

/** Where a read was answered from. */
export type ReadSource = 'cache' | 'replica' | 'writer';

const UNMATCHED = 'unmatched';
/** Asked by machines every few seconds; counted, they would hide what users see. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Whether machines ask for a route, and not users. */
export function isProbe(route: string | undefined): boolean {
  return route !== undefined && PROBES.has(route);
}

/**
 * How metrics and log lines name what was asked for: `GET /v1/posts/:id`. HEAD is answered by the route of GET.
 * @param route pattern of the route, never the path that was asked for; undefined when no route matched
 */
export function endpointOf(method: string, route: string | undefined): string {
  return route === undefined ? UNMATCHED : `${method === 'HEAD' ? 'GET' : method} ${route}`;
}

/** The figures of one interval that share their dimensions. */
class Series {
  private readonly figures = new Map<string, { unit: Unit; sum: number }>();
  private readonly samples = new Map<string, { unit: Unit; sample: Reservoir }>();

  count(name: string, amount: number): void {
    const figure = this.figures.get(name) ?? { unit: 'Count', sum: 0 };
    figure.sum += amount;
    this.figures.set(name, figure);
  }

  sample(name: string, unit: Unit, value: number): void {
    const entry = this.samples.get(name) ?? { unit, sample: new Reservoir(VALUES_LIMIT) };
    entry.sample.add(value);
    this.samples.set(name, entry);
  }

  take(): Record<string, Figure> {
    const counted = [...this.figures].map(([name, { unit, sum }]) => [name, { unit, value: sum }] as const);
    // The sample may have missed the slowest, so that stands beside it.
    const sampled = [...this.samples].flatMap(([name, { unit, sample }]) => [
      [name, { unit, value: sample.values }] as const,
      [`${name}Max`, { unit, value: sample.maximum }] as const,
    ]);
    return Object.fromEntries([...counted, ...sampled]);
  }
}

/**
 * The service's own figures: gathered in memory, written every interval as log lines in CloudWatch's embedded metric
 * format. What is written is bounded by the number of endpoints, not by that of requests. A line of the process itself is
 * written in every interval, so that silence means that it is gone.
 */
export class Metrics {
  private series = new Map<string, { dimensions: Record<string, string>; series: Series }>();
  private readonly own: Record<string, number> = {};
  private age: number | undefined;
  private readonly health: ProcessHealth | undefined;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly out: Logger;

  constructor(
    private readonly options: MetricsOptions,
    log: Logger,
  ) {
    // Metrics are no matter of the log level.
    this.out = log.child({}, { level: 'info' });
    if (options.namespace === undefined) return;
    this.health = new ProcessHealth();
    this.timer = setInterval(() => this.flush(), options.intervalSeconds * 1000);
    this.timer.unref();
  }

  /**
   * One answer.
   * @param route pattern of the route, never the path that was asked for; undefined when no route matched
   */
  request(method: string, route: string | undefined, status: number, milliseconds: number): void {
    if (isProbe(route)) return;
    const endpoint = endpointOf(method, route);
    const series = this.of({ endpoint });
    series.count('Requests', 1);
    series.count('Failures', status >= 500 ? 1 : 0);
    const objective = this.options.objectives?.get(endpoint);
    if (objective !== undefined) series.count('Slow', milliseconds > objective ? 1 : 0);
    series.sample('Latency', 'Milliseconds', round(milliseconds));
  }

  cache(hit: boolean): void {
    this.count(hit ? 'CacheHits' : 'CacheMisses');
  }

  read(source: ReadSource): void {
    this.of({ source }).count('Reads', 1);
  }

  job(job: string, done: boolean, milliseconds: number): void {
    const series = this.of({ job });
    series.count('JobsDone', done ? 1 : 0);
    series.count('JobsFailed', done ? 0 : 1);
    series.sample('JobTime', 'Seconds', round(milliseconds / 1000));
  }

  /** Something was paid for: cents of the currency, which are never added to those of another. */
  purchase(currency: string, cents: number): void {
    const series = this.of({ currency });
    series.count('Purchases', 1);
    series.count('Revenue', cents);
  }

  /** How long the oldest event has been waiting to be told, in seconds. */
  outboxAge(seconds: number): void {
    this.age = Math.max(this.age ?? 0, round(seconds));
  }

  /** Something that happened to the service as a whole. */
  count(name: 'CacheHits' | 'CacheMisses' | 'SignUps' | 'Posts'): void {
    this.own[name] = (this.own[name] ?? 0) + 1;
  }

  /** Writes what has been gathered, and begins anew. */
  flush(): void {
    const { namespace } = this.options;
    if (namespace === undefined || this.health === undefined) return;
    const now = Date.now();
    const gathered = this.series;
    this.series = new Map();
    for (const { dimensions, series } of gathered.values()) {
      this.out.info(embeddedLine(namespace, now, dimensions, series.take()));
    }
    const counts = Object.entries(this.own).map(([name, value]) => [name, { unit: 'Count', value }] as const);
    for (const [name] of counts) this.own[name] = 0;
    const age: Record<string, Figure> =
      this.age === undefined ? {} : { OutboxAge: { unit: 'Seconds', value: this.age } };
    this.age = undefined;
    const figures = { ...Object.fromEntries(counts), ...age, ...this.health.take() };
    // Every log line carries the service's name already.
    this.out.info(embeddedLine(namespace, now, { service: undefined }, figures));
  }

  /** Writes the last figures; afterwards nothing is written by itself. */
  close(): void {
    clearInterval(this.timer);
    this.flush();
    this.health?.close();
  }

  private of(dimensions: Record<string, string>): Series {
    const key = JSON.stringify(dimensions);
    const found = this.series.get(key);
    if (found !== undefined) return found.series;
    const series = new Series();
    if (this.options.namespace !== undefined) this.series.set(key, { dimensions, series });
    return series;
  }
}

/** Three decimals are what a figure needs. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
