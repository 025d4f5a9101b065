import { backendFrom, isList, isObject, type Json, type Stack } from '../topology';

/** One output of another stack that a stack reads from that one's state. */
export interface Input {
  readonly variable: string;
  /** Name of the stack that has the output. */
  readonly from: string;
  readonly output: string;
}

export interface RemoteReads {
  /** Each once, by the variable's name. */
  readonly inputs: readonly Input[];
  /** The value with references to variables in place of those to other states. @throws on a read that is not understood */
  readonly rewrite: (value: Json, where: string) => Json;
}

const READ = /\bdata\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)/g;
const LEFT = /\bterraform_remote_state\b/;

/** What a stack reads from the states of others, found by where those keep them. */
export function remoteReads(stack: Stack, stacks: readonly Stack[]): RemoteReads {
  const sources = sourcesOf(stack, stacks);
  const found = new Map<string, Input>();

  const rewriteText = (text: string, where: string): string => {
    const rewritten = text.replace(READ, (_, source: string, output: string) => {
      const from = sources.get(source);
      if (from === undefined)
        throw new Error(
          `${stack.name}: ${where} reads the state ${source}, which the stack does not declare`,
        );
      if (!outputsOf(from).includes(output))
        throw new Error(
          `${stack.name}: ${where} reads the output ${output}, which ${from.name} does not have. Synthesize both stacks together`,
        );
      const variable = `${from.name}-${output}`.replace(/\W/g, '_');
      found.set(variable, { variable, from: from.name, output });
      return `var.${variable}`;
    });
    if (LEFT.test(rewritten))
      throw new Error(
        `${stack.name}: ${where} reads a state in a way that is not understood: ${rewritten}. Write data.terraform_remote_state.<id>.outputs.<name>`,
      );
    return rewritten;
  };
  const rewrite = (value: Json, where: string): Json => {
    if (typeof value === 'string') return rewriteText(value, where);
    if (isList(value)) return value.map((item, index) => rewrite(item, `${where}.${index}`));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, rewrite(item, `${where}.${key}`)]),
    );
  };

  const { data, resource, ephemeral, output } = stack.document;
  const others = isObject(data)
    ? Object.fromEntries(Object.entries(data).filter(([type]) => type !== 'terraform_remote_state'))
    : {};
  for (const [where, block] of Object.entries({ data: others, resource, ephemeral, output }))
    if (block !== undefined) rewrite(block, where);
  return { inputs: [...found.values()].sort((a, b) => (a.variable < b.variable ? -1 : 1)), rewrite };
}

/** The stacks whose states a stack reads, by the id of the data source. */
function sourcesOf(stack: Stack, stacks: readonly Stack[]): ReadonlyMap<string, Stack> {
  const { data } = stack.document;
  const declared = isObject(data) && isObject(data.terraform_remote_state) ? data.terraform_remote_state : {};
  return new Map(
    Object.entries(declared).map(([id, source]) => {
      const { backend, config } = isObject(source) ? source : {};
      const { identity } = backendFrom(String(backend), isObject(config) ? config : {}, stack.folder);
      const from = stacks.find((candidate) => candidate.backend?.identity === identity);
      if (!from)
        throw new Error(
          `${stack.name}: data.terraform_remote_state.${id} reads the state in ${identity}, which no stack here keeps. Synthesize the whole environment`,
        );
      return [id, from];
    }),
  );
}

function outputsOf({ document: { output } }: Stack): string[] {
  return isObject(output) ? Object.keys(output) : [];
}
