/** What users of one endpoint are promised. */
export interface ResponseTimeObjective {
  /** Method and pattern of the route, as the service names its metrics: `GET /v1/posts/:id`. */
  readonly endpoint: string;
  /** Milliseconds that an answer may take. */
  readonly milliseconds: number;
  /** Percent of all answers that take no longer. */
  readonly percent: number;
}
