import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { placeOf } from './place';

/** The tags that costs are grouped by. Every resource that takes tags has all of them. */
export interface CostTags extends Record<string, string> {
  readonly Project: string;
  readonly Environment: string;
  /** Name of the stack: one Terraform state. */
  readonly Stack: string;
  /** What it is for, such as `web` or `database`; the stack's own part of its name where nothing says more. */
  readonly Component: string;
}

/**
 * The cost tags of a construct's resources. The provider puts those of the stack on every resource with a `tags` argument;
 * this is for what it does not reach, such as the instances of a group, and for a component with costs of its own.
 */
export function costTags(scope: IConstruct, component?: string): CostTags {
  const { project, environment, region } = placeOf(scope);
  const stack = TerraformStack.of(scope).node.id;
  const prefix = [`${environment}-${region}-`, `${environment}-`].find((one) => stack.startsWith(one)) ?? '';
  return {
    Project: project,
    Environment: environment,
    Stack: stack,
    Component: component ?? stack.slice(prefix.length),
  };
}
