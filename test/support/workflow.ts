import jsonata from 'jsonata';
import type { State, States } from '../../modules/scheduled-workflow';

type Variables = Record<string, unknown>;

/** What a task would do: its resource, without the common first part, and its arguments. */
export type Perform = (resource: string, input: unknown) => unknown;

const EXPRESSION = /^\{%(.*)%\}$/s;

/** Instant at which a run begins and every state is entered, unless told otherwise. */
export const NOW = '2026-06-01T00:00:00.000Z';

/**
 * Runs a workflow as Step Functions does, as far as this repository uses it: Pass, Task, Choice, Map, Parallel, Succeed with
 * Arguments, Items, Assign and Output in JSONata. An expression without a value is an error there (AWS Step Functions Developer Guide,
 * "Transforming data with JSONata in Step Functions"), and here. Retries are left out.
 */
export async function runWorkflow(
  { StartAt, States: states }: States,
  perform: Perform,
  input: unknown = {},
  outer: Variables = {},
  now = NOW,
): Promise<unknown> {
  const variables = { ...outer };
  let name = StartAt;
  let value = input;
  for (;;) {
    const state = states[name];
    if (!state) throw new Error(`there is no state ${name}`);
    const at: Scope = { input: value, variables, now };
    const result = await act(state, at, perform);
    const after: Scope = { ...at, result };
    const output =
      state['Output'] !== undefined ? await evaluate(state['Output'], after) : (result ?? at.input);
    const next = await nextOf(state, after);
    if (state['Assign'] !== undefined) Object.assign(variables, await evaluate(state['Assign'], after));
    if (next === undefined) return output;
    [name, value] = [next, output];
  }
}

interface Scope {
  readonly input: unknown;
  readonly variables: Variables;
  readonly now: string;
  readonly result?: unknown;
}

async function act(state: State, scope: Scope, perform: Perform): Promise<unknown> {
  const { Arguments, Items, ItemProcessor, Branches } = state as State & {
    Items?: unknown;
    ItemProcessor?: States;
    Branches?: States[];
  };
  switch (state.Type) {
    case 'Task':
      return perform(
        String(state['Resource']).replace('arn:aws:states:::', ''),
        await evaluate(Arguments ?? {}, scope),
      );
    case 'Map': {
      const items = (await evaluate(Items ?? scope.input, scope)) as unknown[];
      return Promise.all(
        items.map((item) => runWorkflow(ItemProcessor!, perform, item, scope.variables, scope.now)),
      );
    }
    case 'Parallel':
      return Promise.all(
        Branches!.map((branch) => runWorkflow(branch, perform, scope.input, scope.variables, scope.now)),
      );
    case 'Pass':
    case 'Choice':
    case 'Succeed':
      return undefined;
    default:
      throw new Error(`${state.Type} is not known here`);
  }
}

async function nextOf(state: State, scope: Scope): Promise<string | undefined> {
  if (state.Type === 'Succeed') return undefined;
  if (state.Type !== 'Choice') return state['End'] === true ? undefined : String(state['Next']);
  for (const choice of state['Choices'] as { Condition: string; Next: string }[]) {
    if ((await evaluate(choice.Condition, scope)) === true) return choice.Next;
  }
  return String(state['Default']);
}

async function evaluate(value: unknown, scope: Scope): Promise<unknown> {
  if (typeof value === 'string') {
    const match = EXPRESSION.exec(value);
    if (!match) return value;
    const { input, result, variables, now } = scope;
    const answer: unknown = await jsonata(match[1]!).evaluate(undefined, {
      ...variables,
      states: { input, result, context: { State: { EnteredTime: now }, Execution: { StartTime: now } } },
    });
    if (answer === undefined) throw new Error(`QueryEvaluationError: no value: ${value}`);
    return JSON.parse(JSON.stringify(answer)) as unknown;
  }
  if (Array.isArray(value)) return Promise.all(value.map((member) => evaluate(member, scope)));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(
    async ([key, member]) => [key, await evaluate(member, scope)] as const,
  );
  return Object.fromEntries(await Promise.all(members)) as unknown;
}
