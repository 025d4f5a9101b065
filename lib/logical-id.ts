import type { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * The name of an element in its Terraform address: its path below the stack with underscores, and no hash, so that a
 * reviewer reads `aws_subnet.network_app_us_east_1a` in a plan and a moved file changes no address.
 * Two paths that only differ in punctuation would clash; cdktf refuses such a pair within one scope, and the test of the
 * stacks refuses it across scopes.
 */
export function logicalId(stack: TerraformStack, element: IConstruct): string {
  const path = element.node.path.slice(stack.node.path.length + 1);
  return path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(\d)/, '_$1');
}
