import { App, TerraformStack, type TerraformElement } from 'cdktf';
import { logicalId } from '../../lib/logical-id';
import { setPlace } from '../../lib/place';

type Arguments = Record<string, unknown>;

/** A stack's synthesized JSON, as far as tests look at it. */
export interface Synthesized {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly output?: Readonly<Record<string, { value: unknown; description?: string }>>;
  readonly [block: string]: unknown;
}

/** A stack with a place and no provider, for synthesizing one module at a time. */
export class TestStack extends TerraformStack {
  constructor(app: App, id: string) {
    super(app, id);
    setPlace(this, {
      project: 'tiers',
      environment: 'test',
      region: 'us-east-1',
      account: '111122223333',
    });
  }

  protected override allocateLogicalId(element: TerraformElement): string {
    return logicalId(this, element);
  }
}

/** Synthesizes what `build` declares in one stack, without writing a file. */
export function synthesize(build: (stack: TestStack) => void): Synthesized {
  const stack = new TestStack(new App({ skipValidation: true }), 'test');
  build(stack);
  stack.prepareStack();
  return JSON.parse(JSON.stringify(stack.toTerraform())) as Synthesized;
}

/** How many resources of each type there are: the exact inventory of a module. */
export function inventory({ resource }: Synthesized): Record<string, number> {
  return Object.fromEntries(
    Object.entries(resource)
      .map(([type, members]) => [type, Object.keys(members).length] as const)
      .sort(([one], [other]) => one.localeCompare(other)),
  );
}

/** The resources of a type by name, without cdktf's metadata. */
export function resourcesOf({ resource }: Synthesized, type: string): Record<string, Arguments> {
  return Object.fromEntries(
    Object.entries(resource[type] ?? {}).map(([name, { '//': _metadata, ...rest }]) => [name, rest]),
  );
}

/** The one resource of a type. Throws when there is none or more than one. */
export function only(synthesized: Synthesized, type: string): Arguments {
  const members = Object.values(resourcesOf(synthesized, type));
  if (members.length !== 1) throw new Error(`expected one ${type}, found ${members.length}`);
  return members[0]!;
}
