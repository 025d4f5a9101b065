import type { Address } from '../address-plan';

/** What a distribution asks of its stand-in; times in seconds as in the plan. */
export interface CdnPlan {
  /** Address in the plan, for messages. */
  readonly resource: string;
  /** Of processes and files: letters, digits and `-`. */
  readonly name: string;
  /** File that `/` stands for; none where empty. */
  readonly rootObject: string;
  readonly origins: readonly OriginPlan[];
  /** In the order in which they are tried; the last one has no pattern and takes what is left. */
  readonly behaviours: readonly BehaviourPlan[];
  /** How long an error is kept at least, by its status. */
  readonly errorSeconds: ReadonlyMap<number, number>;
}

export interface OriginPlan {
  readonly id: string;
  /** Where its stand-in listens, without TLS. */
  readonly address: Address;
  /** Host header that it is asked with. */
  readonly host: string;
  /** Put before every path. */
  readonly prefix: string;
  readonly connectAttempts: number;
  readonly connectTimeout: number;
  readonly readTimeout: number;
}

export interface BehaviourPlan {
  /** `*` for any characters, `?` for one; absent for the default. */
  readonly pattern?: string;
  readonly protocol: 'allow-all' | 'https-only' | 'redirect-to-https';
  readonly methods: readonly string[];
  /** The origin, and the one that is asked after it. */
  readonly origins: readonly [string] | readonly [string, string];
  /** Answers of the first after which the second is asked. */
  readonly failover: readonly number[];
  readonly compress: boolean;
  readonly cache: CachePolicyPlan;
  readonly headers: readonly ResponseHeader[];
}

/** Names that are in the key and reach the origin; all of them, or those listed. */
export type KeyNames = 'all' | readonly string[];

export interface CachePolicyPlan {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly queries: KeyNames;
  readonly cookies: KeyNames;
  readonly headers: readonly string[];
}

export interface ResponseHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it takes the place of the origin's own. */
  readonly override: boolean;
}
