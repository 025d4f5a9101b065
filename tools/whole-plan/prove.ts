import { isDeepStrictEqual } from 'node:util';
import { asList, isList, isObject, type Json, type JsonObject, type Stack } from '../topology';
import type { WholePlan } from './merge';

const BLOCKS = ['resource', 'data', 'ephemeral'] as const;

/** What the proof compared. */
export interface Proof {
  readonly stacks: number;
  /** Resources, data sources and ephemeral resources. */
  readonly resources: number;
  /** Values that go from one stack to another. */
  readonly references: number;
}

/**
 * Holds a merged plan against the stacks that it came from: every reference of a module is followed back through its
 * input to the output of another module, and what results is compared with what the stacks say, resource by resource,
 * and provider by provider. It shares no code with the merging. @throws with every difference
 */
export function prove(whole: WholePlan, stacks: readonly Stack[]): Proof {
  const differences: string[] = [];
  let resources = 0;
  const references = new Set<string>();
  const modules = new Set(whole.modules.keys());
  const providers = object(whole.root.provider);

  for (const stack of stacks) {
    const merged = whole.modules.get(stack.name);
    const call = object(object(whole.root.module)[stack.name]);
    if (!merged) {
      differences.push(`${stack.name}: has no module`);
      continue;
    }
    modules.delete(stack.name);
    const alias = String(object(call.providers).aws).replace(/^aws\./, '');
    const { alias: _, ...provider } = object(
      asList(providers.aws).find((each) => object(each).alias === alias),
    );
    if (!isDeepStrictEqual(provider, object(asList(object(stack.document.provider).aws)[0])))
      differences.push(`${stack.name}: another provider`);

    const there = entries(stack.document, (text) => outputsInStacks(text, stack, stacks));
    const here = entries(merged, (text) =>
      text.replace(/\bvar\.(\w+)/g, (_match, variable: string) => {
        const reference = /^\$\{module\.([\w-]+)\.([\w-]+)\}$/.exec(String(call[variable]));
        if (!reference) return `nothing: ${variable} has no value`;
        references.add(`${stack.name}.${variable}`);
        return marked(reference[1]!, reference[2]!);
      }),
    );
    resources += [...there.keys()].filter((address) => !address.startsWith('output.')).length;
    for (const address of new Set([...there.keys(), ...here.keys()]))
      if (!isDeepStrictEqual(there.get(address), here.get(address)))
        differences.push(`${stack.name}: ${address} is not what the stack says`);
  }
  differences.push(...[...modules].map((name) => `${name}: there is no such stack`));
  if (differences.length > 0)
    throw new Error(
      `The merged plan differs from the stacks:\n${differences.map((each) => `  ${each}`).join('\n')}`,
    );
  return { stacks: stacks.length, resources, references: references.size };
}

/** Resources and values of outputs by address, every text as `follow` leaves it. */
function entries(document: JsonObject, follow: (text: string) => string): Map<string, Json> {
  const all = new Map<string, Json>();
  for (const block of BLOCKS)
    for (const [type, named] of Object.entries(object(document[block]))) {
      if (type === 'terraform_remote_state') continue;
      for (const [name, body] of Object.entries(object(named)))
        all.set(`${block}.${type}.${name}`, map(body, follow));
    }
  for (const [name, output] of Object.entries(object(document.output)))
    all.set(`output.${name}`, map(object(output).value ?? null, follow));
  return all;
}

function outputsInStacks(text: string, stack: Stack, stacks: readonly Stack[]): string {
  return text.replace(
    /\bdata\.terraform_remote_state\.(\w+)\.outputs\.(\w+)/g,
    (_match, id: string, output: string) => {
      const source = object(object(object(stack.document.data).terraform_remote_state)[id]);
      const state = JSON.stringify(stateName(String(source.backend), object(source.config)));
      const owner = stacks.find(({ document }) => {
        const [[type, config] = ['', {}]] = Object.entries(object(object(document.terraform).backend));
        return JSON.stringify(stateName(type, object(config))) === state;
      });
      return marked(owner?.name ?? 'nowhere', output);
    },
  );
}

/** What tells one state from another: all stacks write their paths from folders beside one another. */
function stateName(backend: string, { path, bucket, key }: JsonObject): readonly unknown[] {
  return [backend, path, bucket, key];
}

function marked(stack: string, output: string): string {
  return `<${output} of ${stack}>`;
}

function map(value: Json, follow: (text: string) => string): Json {
  if (typeof value === 'string') return follow(value);
  if (isList(value)) return value.map((item) => map(item, follow));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item, follow)]));
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
