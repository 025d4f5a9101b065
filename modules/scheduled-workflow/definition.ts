import { ConfigurationError, type FaultDetails } from '../../lib/errors';

/** A state of the Amazon States Language; its members are those of the language. */
export interface State {
  readonly Type: 'Choice' | 'Fail' | 'Map' | 'Parallel' | 'Pass' | 'Succeed' | 'Task' | 'Wait';
  readonly [member: string]: unknown;
}

/** States and where they begin: a whole workflow, or a branch of one. */
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A workflow in the Amazon States Language, with JSONata in place of paths. */
export interface WorkflowDefinition extends States {
  readonly Comment?: string;
  /** Seconds after which a run counts as failed. Without it a run that hangs would hang for a year. */
  readonly TimeoutSeconds: number;
}

/**
 * How a task is tried again that does not say so itself: what a service answers when it is busy or away goes by in minutes; an
 * expression that failed fails again (AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows").
 */
const RETRY = [
  { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 },
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxAttempts: 5,
    MaxDelaySeconds: 120,
    JitterStrategy: 'FULL',
  },
] as const;

/** Longest definition, in characters (AWS Step Functions API Reference, "CreateStateMachine": definition). */
const LONGEST = 1_048_576;

/**
 * The workflow's text: every task tried again. Throws where a state leads nowhere, is never reached or goes to one that
 * does not exist, and where Terraform would take a text for a template.
 */
export function definitionText(where: string, definition: WorkflowDefinition): string {
  const faults = faultsOf(`${where}.definition`, definition);
  const text = JSON.stringify({ ...withRetries(definition), QueryLanguage: 'JSONata' });
  // `${TfToken[...]}` is a reference of cdktf.
  const template = /%\{|\$\{(?!TfToken\[)/.exec(text);
  if (template) {
    faults.push({
      where: `${where}.definition`,
      received: text.slice(Math.max(0, template.index - 20), template.index + 20),
      allowed: 'texts that Terraform leaves alone: no %{ and no ${',
      fix: 'put a space before the brace',
    });
  }
  if (text.length > LONGEST) {
    faults.push({
      where: `${where}.definition`,
      received: text.length,
      allowed: `${LONGEST} characters`,
      fix: 'split the workflow',
    });
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return text;
}

function withRetries<Part extends States>(part: Part): Part {
  const states = Object.entries(part.States).map(([name, state]): [string, State] => {
    const inner = {
      ...(Array.isArray(state.Branches) ? { Branches: (state.Branches as States[]).map(withRetries) } : {}),
      ...(state.ItemProcessor ? { ItemProcessor: withRetries(state.ItemProcessor as States) } : {}),
    };
    return [name, { ...state, ...inner, ...(state.Type === 'Task' && !state.Retry ? { Retry: RETRY } : {}) }];
  });
  return { ...part, States: Object.fromEntries(states) };
}

interface Transition {
  readonly Next?: string;
}

/** Where a state may go on to. */
function nextOf(state: State): string[] {
  const {
    Next,
    Default,
    Choices = [],
    Catch = [],
  } = state as State & {
    Next?: string;
    Default?: string;
    Choices?: readonly Transition[];
    Catch?: readonly Transition[];
  };
  return [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((one) => one.Next)].filter(
    (name) => name !== undefined,
  );
}

function faultsOf(where: string, part: States): FaultDetails[] {
  const names = Object.keys(part.States);
  const reached = new Set<string>();
  const queue = [part.StartAt];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const state = part.States[name];
    if (!state || reached.has(name)) continue;
    reached.add(name);
    queue.push(...nextOf(state));
  }
  const fault = (at: string, received: unknown, allowed: string, fix: string): FaultDetails => ({
    where: at,
    received,
    allowed,
    fix,
  });
  return [
    ...(names.includes(part.StartAt)
      ? []
      : [fault(`${where}.StartAt`, part.StartAt, names.join(', '), 'name a state of this workflow')]),
    ...Object.entries(part.States).flatMap(([name, state]) => {
      const at = `${where}.States.${name}`;
      const ends = state.End === true || state.Type === 'Succeed' || state.Type === 'Fail';
      const next = nextOf(state);
      const branches = [
        ...(Array.isArray(state.Branches) ? (state.Branches as States[]) : []),
        ...(state.ItemProcessor ? [state.ItemProcessor as States] : []),
      ];
      return [
        ...next
          .filter((target) => !names.includes(target))
          .map((target) => fault(at, target, names.join(', '), 'go on to a state of this workflow')),
        ...(ends || state.Next !== undefined || state.Type === 'Choice'
          ? []
          : [fault(at, state.Type, 'Next, or End: true', 'say where it goes on')]),
        ...(state.Type === 'Choice' && state.Default === undefined
          ? [fault(at, 'no Default', 'a Default', 'say where it goes on when no choice fits')]
          : []),
        ...(reached.has(name)
          ? []
          : [fault(at, name, 'states that the workflow reaches', 'go on to it, or leave it out')]),
        ...branches.flatMap((branch, index) => faultsOf(`${at}.${index}`, branch)),
      ];
    }),
  ];
}
