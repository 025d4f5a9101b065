/** What a target group asks of the balancer; times in seconds as in the plan. */
export interface TargetGroupPlan {
  /** Address in the plan, for messages. */
  readonly resource: string;
  /** Unique over one balancer: letters, digits, `-` and `_`. */
  readonly name: string;
  /** Port that targets are registered with. */
  readonly port: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests' | 'weighted_random';
  readonly deregistrationDelay: number;
  readonly stickySeconds: number | undefined;
  readonly healthCheck: HealthCheckPlan;
}

export interface HealthCheckPlan {
  readonly path: string;
  /** `traffic-port` or a number. */
  readonly port: number | 'traffic-port';
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** HTTP codes that count as healthy: `200`, `200,202`, `200-299`. */
  readonly matcher: string;
}

export type ActionPlan =
  | {
      readonly kind: 'forward';
      readonly targets: readonly { readonly group: string; readonly weight: number }[];
    }
  | {
      readonly kind: 'redirect';
      readonly code: 301 | 302;
      /** Each may hold the placeholders #{protocol}, #{host}, #{port}, #{path} and #{query}. */
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    }
  | {
      readonly kind: 'fixed-response';
      readonly code: number;
      readonly contentType: string;
      readonly body: string;
    };

export type ConditionPlan =
  | { readonly kind: 'path' | 'host' | 'method' | 'source-ip'; readonly values: readonly string[] }
  | { readonly kind: 'header'; readonly header: string; readonly values: readonly string[] }
  | {
      readonly kind: 'query';
      readonly pairs: readonly { readonly key: string | undefined; readonly value: string }[];
    };

export interface RulePlan {
  readonly resource: string;
  /** 1 to 50000; the lowest that matches decides. */
  readonly priority: number;
  readonly conditions: readonly ConditionPlan[];
  readonly action: ActionPlan;
}

export interface ListenerPlan {
  readonly resource: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly defaultAction: ActionPlan;
  readonly rules: readonly RulePlan[];
}

export interface BalancerPlan {
  readonly resource: string;
  readonly name: string;
  /** Seconds without a byte after which a connection is closed: 1 to 4000 (60 by default). */
  readonly idleTimeout: number;
  readonly listeners: readonly ListenerPlan[];
  readonly targetGroups: readonly TargetGroupPlan[];
  /** Names on the listeners' certificates. */
  readonly certificateNames: readonly string[];
}

/** A registered target as HAProxy knows it. */
export interface TargetPlan {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}
