import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** A safe default. Turning it off takes a reason, which the `tiers_decisions` output of the stack carries. */
export type Safeguard = { readonly enabled: true } | Off;

/** What stands in place of a safe choice that has no default of its own. */
export interface Off {
  readonly enabled: false;
  readonly reason: string;
}

/** One safe default that somebody turned off, and why. */
export interface Decision {
  /** Path of the construct below its stack. */
  readonly where: string;
  /** The setting's name in the construct's props. */
  readonly setting: string;
  readonly reason: string;
}

const decisions = new WeakMap<TerraformStack, Decision[]>();

/** All decisions taken in a stack so far, in the order of construction. */
export function decisionsOf(stack: TerraformStack): readonly Decision[] {
  return decisions.get(stack) ?? [];
}

/**
 * Whether a safeguard holds; on unless turned off. A safeguard that is off is recorded with its reason.
 * Throws when the reason is empty.
 */
export function holds(scope: IConstruct, setting: string, safeguard: Safeguard = { enabled: true }): boolean {
  if (safeguard.enabled) return true;
  const stack = TerraformStack.of(scope);
  const where = scope.node.path.slice(stack.node.path.length + 1);
  if (!safeguard.reason.trim()) {
    throw new Error(
      `${scope.node.path}: ${setting} is off without a reason; write { enabled: false, reason: '...' }`,
    );
  }
  decisions.set(stack, [...decisionsOf(stack), { where, setting, reason: safeguard.reason }]);
  return false;
}
