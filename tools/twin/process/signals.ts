import { constants } from 'node:os';

/** What ends the program: a signal, or a fault nobody caught. */
export type EndCause =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'fault'; readonly error: unknown };

export interface EndHandlers {
  /** Called once, at the first cause; ends the program itself. */
  readonly onEnd: (cause: EndCause) => Promise<void>;
  /** Called when the program exits whatever the reason, and at a second signal: must be synchronous. */
  readonly onExit: () => void;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Exit status by the shell's convention: 128 + number of the signal. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Sees to it that no way of ending the program, short of SIGKILL, skips the clean-up; returns the function that undoes it. */
export function handleEnds(handlers: EndHandlers): () => void {
  let ending = false;
  const begin = (cause: EndCause): void => {
    if (ending) return;
    ending = true;
    void handlers.onEnd(cause);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ending && signal === 'SIGINT') process.exit(exitCodeOf(signal)); // impatience: `exit` kills all at once
    begin({ kind: 'signal', signal });
  };
  const onFault = (error: unknown): void => begin({ kind: 'fault', error });
  for (const name of SIGNALS) process.on(name, onSignal);
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
  process.on('exit', handlers.onExit);
  return () => {
    for (const name of SIGNALS) process.off(name, onSignal);
    process.off('uncaughtException', onFault);
    process.off('unhandledRejection', onFault);
    process.off('exit', handlers.onExit);
  };
}
