import * as stackTrace from 'cdktf/lib/tokens/private/stack-trace';

/**
 * Stops cdktf from recording where each token was made. It formats a whole stack trace for every reference, which takes
 * two thirds of a synthesis and is shown in no message of this project. The synthesized bytes stay the same.
 */
export function skipTokenTraces(): void {
  Reflect.set(stackTrace, 'captureStackTrace', () => []);
}
