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

/** An expression of metric math over some metrics. Names are lower case. */
export interface Calculation {
  readonly expression: string;
  readonly label: string;
  /** Ten at most (Amazon CloudWatch User Guide, "CloudWatch service quotas": alarms). */
  readonly of: Readonly<Record<string, Metric>>;
  /** Expressions that the first one names. */
  readonly steps?: Readonly<Record<string, string>>;
}

/** What is measured. */
export type Measure = Metric | Calculation;

/** Alarms over alarms. */
export type CompositeId = 'users-affected' | 'objectives-fast' | 'objectives-slow' | 'edge-affected';

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
  /** Set off to try the way of its message; it means nothing, and its end is not told. */
  readonly drill?: true;
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
