import { awsProviders, isObject, type Json, type JsonObject, type Stack } from '../topology';
import { remoteReads, type RemoteReads } from './remote-reads';

/** A root module and one child module for each stack, as Terraform documents. */
export interface WholePlan {
  readonly root: JsonObject;
  /** By the stack's name, which is also the module's. */
  readonly modules: ReadonlyMap<string, JsonObject>;
}

/** Blocks of a stack that its module carries over. The others say where state is kept and who signs in: the root does. */
const CARRIED = ['resource', 'data', 'ephemeral', 'moved'] as const;
const READ = new Set<string>([...CARRIED, '//', 'terraform', 'provider', 'output']);

/** What every module waits for, and what fails when somebody applies what is for reading only. */
const GUARD = { type: 'terraform_data', name: 'for_review_only' } as const;
const REFUSAL = 'This plan is for review only. Deploy the stacks one after the other with cdktf deploy.';

/**
 * Merges the stacks of an environment into one configuration that Terraform plans without any of it existing. Each stack
 * is a module of its own name, so addresses stay what they are behind `module.<stack>.`; what a stack reads from another
 * one's state becomes an input of its module. Throws on what it does not understand, by stack and block.
 */
export function mergeStacks(stacks: readonly Stack[]): WholePlan {
  const reads = new Map(stacks.map((stack) => [stack.name, remoteReads(stack, stacks)]));
  return {
    root: {
      terraform: { required_providers: requiredProviders(stacks) },
      provider: { aws: stacks.map((stack) => ({ alias: aliasOf(stack), ...providerOf(stack) })) },
      resource: { [GUARD.type]: { [GUARD.name]: { provisioner: { 'local-exec': refuse() } } } },
      module: Object.fromEntries(stacks.map((stack) => [stack.name, call(stack, reads.get(stack.name)!)])),
    },
    modules: new Map(stacks.map((stack) => [stack.name, moduleOf(stack, reads.get(stack.name)!)])),
  };
}

function call(stack: Stack, { inputs }: RemoteReads): JsonObject {
  return {
    source: `./${stack.name}`,
    providers: { aws: `aws.${aliasOf(stack)}` },
    depends_on: [`${GUARD.type}.${GUARD.name}`],
    ...Object.fromEntries(
      inputs.map(({ variable, from, output }) => [variable, `\${module.${from}.${output}}`]),
    ),
  };
}

function moduleOf(stack: Stack, { inputs, rewrite }: RemoteReads): JsonObject {
  const unknown = Object.keys(stack.document).filter((block) => !READ.has(block));
  if (unknown.length > 0)
    throw new Error(
      `${stack.name}: found the block ${unknown.join(', ')}; read are ${[...READ].join(', ')}. Merge it in tools/whole-plan/merge.ts`,
    );
  const carried = CARRIED.flatMap((block): [string, Json][] => {
    const content = stack.document[block];
    if (content === undefined) return [];
    const own = block === 'data' ? withoutRemoteState(content) : content;
    return isObject(own) && Object.keys(own).length === 0 ? [] : [[block, rewrite(own, block)]];
  });
  const outputs = isObject(stack.document.output) ? stack.document.output : {};
  return {
    terraform: { required_providers: requiredProviders([stack]) },
    ...(inputs.length > 0
      ? { variable: Object.fromEntries(inputs.map((input) => [input.variable, declared(input)])) }
      : {}),
    ...Object.fromEntries(carried),
    output: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [name, rewrite(readable(output), `output.${name}`)]),
    ),
  };
}

function declared({ from, output }: { readonly from: string; readonly output: string }): JsonObject {
  return { description: `Output ${output} of ${from}` };
}

/** cdktf marks all that goes from stack to stack as sensitive, behind which a reviewer would see nothing. */
function readable(output: Json): Json {
  if (!isObject(output)) return output;
  return Object.fromEntries(Object.entries(output).filter(([key]) => key !== 'sensitive'));
}

function withoutRemoteState(data: Json): Json {
  if (!isObject(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([type]) => type !== 'terraform_remote_state'));
}

function refuse(): JsonObject {
  return { command: `echo '${REFUSAL}' >&2; exit 1` };
}

/** Hyphens read as minus in some places of a configuration; in an alias they are left out. */
function aliasOf(stack: Stack): string {
  return stack.name.replace(/\W/g, '_');
}

function providerOf(stack: Stack): JsonObject {
  const all = awsProviders(stack.document);
  const [only] = all;
  if (!only || all.length > 1 || only.alias !== undefined)
    throw new Error(
      `${stack.name}: found ${all.length} configurations of the aws provider; allowed is one, without an alias. Give resources elsewhere a region of their own`,
    );
  return only;
}

function requiredProviders(stacks: readonly Stack[]): JsonObject {
  const asked = stacks.map(({ name, document }) => {
    const terraform = isObject(document.terraform) ? document.terraform : {};
    const providers = isObject(terraform.required_providers) ? terraform.required_providers : {};
    return { name, providers, text: JSON.stringify(providers) };
  });
  const [first, ...rest] = asked;
  if (!first) throw new Error('there is no stack to merge');
  const other = rest.find(({ text }) => text !== first.text);
  if (other)
    throw new Error(
      `${other.name}: requires ${other.text}, and ${first.name} ${first.text}. Synthesize them together with one version of each provider`,
    );
  return first.providers;
}
