/** What the runtime of CloudWatch Synthetics hands to a canary; it is there only (runtimes `syn-nodejs-3.1` and newer). */
declare module '@aws/synthetics-core' {
  export const synthetics: {
    /** Runs a step, and reports its success and duration by the step's name. */
    executeStep(name: string, step: () => Promise<void>): Promise<unknown>;
  };
}
