import { createHash } from 'node:crypto';
import type { Json, Resource } from '../types';

/** What a computed attribute is made of. Deterministic: the same plan always gives the same values. */
export interface Facts {
  readonly resource: Resource;
  /** Evaluated argument, undefined where it is not set. */
  argument(name: string): Json | undefined;
  /** Evaluated argument as text; without it `<stack>.<name>`. */
  text(name: string): string;
  /** `<stack>.<name>` of the resource: unique among those of one type. */
  readonly unique: string;
  /** `arn:aws:<service>:<region>:<account>:<rest>`. */
  arn(service: string, rest: string): string;
  /** The same without region, as services that know no regions have it (IAM, CloudFront). */
  globalArn(service: string, rest: string): string;
}

export type Attribute = (facts: Facts) => Json;

export interface KnownType {
  /**
   * `evaluated`: its arguments mean something to topology (access, reachability, fleets).
   * `listed`: only its identifiers and attributes are given; what it does is for the caller to know or to report.
   */
  readonly understanding: 'evaluated' | 'listed';
  /** Computed attributes by name; arguments need no entry. */
  readonly computed: Readonly<Record<string, Attribute>>;
}

export type KnownTypes = Readonly<Record<string, KnownType>>;

export function evaluated(computed: KnownType['computed'] = {}): KnownType {
  return { understanding: 'evaluated', computed };
}

export function listed(computed: KnownType['computed'] = {}): KnownType {
  return { understanding: 'listed', computed };
}

/** An opaque id, `sg-<stack>.<name>`. */
export function opaque(prefix: string): Attribute {
  return ({ unique }) => `${prefix}-${unique}`;
}

/** An attribute equal to an argument, or to a generated name where the argument is left out. */
export function named(argument: string): Attribute {
  return ({ text }) => text(argument);
}

/** Lower-case hexadecimal digits that stand for the random part of an AWS identifier. */
export function digits(facts: Facts, length: number): string {
  return createHash('sha256').update(facts.resource.globalAddress).digest('hex').slice(0, length);
}
