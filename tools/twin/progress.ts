import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';

export interface Step {
  /** Key of its duration. */
  readonly id: string;
  readonly title: string;
  readonly run: () => Promise<void>;
  /** Steps that run at the same time, as one step. */
  readonly parts?: undefined;
}

export interface ParallelSteps {
  readonly title: string;
  readonly parts: readonly Step[];
}

/** Wall-clock seconds of each single step, by its id. */
export type Durations = Map<string, number>;

/**
 * Runs the steps in their order and shows them on standard error: a live list in a terminal, one line per change elsewhere.
 * The first failure ends it and is thrown.
 */
export async function runSteps(steps: readonly (Step | ParallelSteps)[]): Promise<Durations> {
  const durations: Durations = new Map();
  let failure: unknown;
  const single = (step: Step): ListrTask => ({
    title: step.title,
    task: async () => {
      const started = performance.now();
      try {
        await step.run();
      } catch (error) {
        failure ??= error;
        // The whole message is the caller's to print, once.
        throw new Error('see below', { cause: error });
      }
      durations.set(step.id, (performance.now() - started) / 1000);
    },
  });
  const task = (step: Step | ParallelSteps): ListrTask =>
    step.parts === undefined
      ? single(step)
      : {
          title: step.title,
          task: (_context, wrapper) =>
            wrapper.newListr(step.parts.map(single), { concurrent: true, exitOnError: true }),
        };
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const list = new Listr(steps.map(task), {
    renderer: process.stderr.isTTY ? 'default' : 'simple',
    rendererOptions: { logger, collapseSubtasks: false },
    fallbackRenderer: 'simple',
    fallbackRendererOptions: { logger },
    registerSignalListeners: false,
    exitOnError: true,
  });
  try {
    await list.run();
  } catch (error) {
    throw failure ?? error;
  }
  return durations;
}
