import jsonata from 'jsonata';
import type { State, WorkflowDefinition } from '../../modules/scheduled-workflow';

/** What a task's service answers, by its resource. */
export type Services = Readonly<Record<string, (given: Readonly<Record<string, unknown>>) => unknown>>;

interface Part {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** How a run ended: the names of the states that it went through, and the output of the last. */
export interface Run {
  readonly path: readonly string[];
  readonly output: unknown;
}

/**
 * Runs a workflow of JSONata with the language's own library: states of the kinds that the workflows here use, services
 * given by the test. No retries: an error ends the run.
 */
export async function runWorkflow(
  definition: WorkflowDefinition,
  services: Services,
  startTime: string,
  input: unknown = {},
): Promise<Run> {
  const context = { Execution: { StartTime: startTime } };
  const evaluate = async (value: unknown, states: object, variables: object): Promise<unknown> => {
    if (Array.isArray(value))
      return Promise.all(value.map((item: unknown) => evaluate(item, states, variables)));
    if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value).map(
        async ([name, item]) => [name, await evaluate(item, states, variables)] as const,
      );
      return Object.fromEntries(await Promise.all(members));
    }
    const expression = typeof value === 'string' ? /^\{%([\s\S]*)%\}$/.exec(value)?.[1] : undefined;
    if (expression === undefined) return value;
    const result: unknown = await jsonata(expression).evaluate({}, { ...variables, states });
    if (result === undefined) throw new Error(`States.QueryEvaluationError: nothing from ${expression}`);
    // The library's sequences carry members of their own.
    return JSON.parse(JSON.stringify(result));
  };

  const work = async (state: State, given: unknown, variables: object): Promise<unknown> => {
    const states = { input: given, context };
    if (state.Type === 'Parallel') {
      const branches = state.Branches as readonly Part[];
      const runs = await Promise.all(branches.map((branch) => run(branch, given, variables)));
      return runs.map(({ output }) => output);
    }
    if (state.Type !== 'Task') return given;
    const service = services[String(state.Resource)];
    if (!service) throw new Error(`no service answers ${String(state.Resource)}`);
    return service((await evaluate(state.Arguments, states, variables)) as Record<string, unknown>);
  };

  const run = async (part: Part, first: unknown, outer: object): Promise<Run> => {
    const path: string[] = [];
    let [given, variables] = [first, outer];
    for (let name: string | undefined = part.StartAt; name !== undefined;) {
      path.push(name);
      const state: State = part.States[name]!;
      const result = await work(state, given, variables);
      const states = { input: given, result, context };
      const output = state.Output === undefined ? result : await evaluate(state.Output, states, variables);
      const assigned = (await evaluate(state.Assign ?? {}, states, variables)) as object;
      name = state.Next as string | undefined;
      if (state.Type === 'Choice') {
        name = state.Default as string;
        for (const choice of state.Choices as { Condition: string; Next: string }[])
          if (await evaluate(choice.Condition, states, variables)) name = choice.Next;
      }
      variables = { ...variables, ...assigned };
      given = output;
    }
    return { path, output: given };
  };
  return run(definition, input, {});
}
