import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Where a stack's resources live: all that their names and ARNs are made of. */
export interface Place {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

const places = new WeakMap<TerraformStack, Place>();

/** Records a stack's place; the base class of the stacks calls it once. */
export function setPlace(stack: TerraformStack, place: Place): void {
  places.set(stack, place);
}

/** The `region` argument of a resource that may stand in another region than its stack: nothing where it does not. */
export function regionIn(scope: IConstruct, region: string): { readonly region?: string } {
  return region === placeOf(scope).region ? {} : { region };
}

/** The place of the stack that a construct belongs to. Throws where the stack has none. */
export function placeOf(scope: IConstruct): Place {
  const place = places.get(TerraformStack.of(scope));
  if (!place)
    throw new Error(`${scope.node.path}: its stack has no place; extend TiersStack or call setPlace`);
  return place;
}
