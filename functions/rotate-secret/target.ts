/** What a secret opens. Every method may be called again after it broke off anywhere. */
export interface Target {
  /** A new value in the form of the one that is in force. */
  next(current: string): string;
  /** Lets the new value open what the current one opens; `previous` is there once the secret was rotated. */
  set(pending: string, current: string, previous: string | undefined): Promise<void>;
  /** @throws where the new value opens nothing */
  test(pending: string): Promise<void>;
}
