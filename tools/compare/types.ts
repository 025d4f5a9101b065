import type { Json, JsonObject } from '../topology';

/** A resource that holds data, as far as losing it depends on what the plan says. */
export interface Holder {
  /** Terraform address in its stack. */
  readonly address: string;
  readonly type: string;
  /** Region that the resource itself names, or that of its provider. */
  readonly region: string;
  /** Arguments that the comparison looks at, as synthesized: references are not evaluated. */
  readonly arguments: JsonObject;
  /** Arguments whose changes a plan ignores; `all` for every one. */
  readonly ignores: readonly string[];
}

/** A protection that a stack does without: what it covers may leave with the next change. */
export interface LetGo {
  /** Path of the construct below its stack; empty for the whole stack. */
  readonly where: string;
  readonly setting: string;
  readonly reason: string;
}

export interface StackInventory {
  readonly account: string;
  /** The block `terraform.backend`: a stack whose state is elsewhere knows nothing of what it made. */
  readonly backend: Json;
  readonly holders: readonly Holder[];
  readonly letGo: readonly LetGo[];
  /** Blocks `moved`: address before, address after. */
  readonly moved: readonly (readonly [string, string])[];
  /** Addresses of blocks `removed` that destroy nothing: the resource stays and is no longer managed. */
  readonly forgotten: readonly string[];
  /** Addresses of types of which it is not known whether they hold data. */
  readonly unknown: readonly string[];
}

/** What holds data in one synthesis. */
export interface Inventory {
  readonly stacks: Readonly<Record<string, StackInventory>>;
  /** Arguments that were looked at, by type: a record of an earlier release says nothing of others. */
  readonly compared: Readonly<Record<string, readonly string[]>>;
}

/**
 * `loss`: the plan destroys or empties something that holds data. `refused`: AWS or the provider refuses the change, or never
 * carries it out. `step`: it goes, and somebody has to know what it takes.
 */
export type Severity = 'loss' | 'refused' | 'step';

export interface Finding {
  readonly severity: Severity;
  /** `<stack>:<address>`, or the stack's name. */
  readonly address: string;
  readonly message: string;
}
