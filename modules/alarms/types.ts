/** A page wakes somebody at once; a ticket waits for the next working day. They go different ways. */
export type Grade = 'page' | 'ticket';

/** One CloudWatch metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Minimum`, `Maximum`, `Sum`, or a percentile such as `p99`. */
  readonly statistic: string;
}

/** What is measured: a metric, or an expression of metric math over some. */
export type Measure =
  | Metric
  | { readonly expression: string; readonly label: string; readonly of: Readonly<Record<string, Metric>> };

/** Alarms over alarms. */
export type CompositeId = 'users-affected' | 'objectives-fast' | 'objectives-slow';

/** One alarm, as plain data. */
export interface AlarmPlan {
  /** Lower case and hyphens; construct id, and last part of the alarm's name. */
  readonly id: string;
  readonly grade: Grade;
  /** It says nothing by itself: others are signs of the same, and all of them together page once. */
  readonly joins?: {
    readonly composite: CompositeId;
    /** Those that share this must all be on. Default: one is enough. */
    readonly with?: string;
  };
  /** What users, or whoever runs the service, notice. */
  readonly impact: string;
  /** File of docs/runbooks/, without its ending. */
  readonly runbook: string;
  readonly measure: Measure;
  /** The alarm goes off while the measure stands so to the threshold. */
  readonly when: 'above' | 'below';
  readonly threshold: number;
  /** Seconds of one measurement. */
  readonly period: number;
  /** Measurements that are looked at, and those of them that must be bad. */
  readonly of: number;
  readonly bad: number;
  /** What no measurement means: a fault, or nothing to worry about. */
  readonly missing: 'breaching' | 'notBreaching';
}
