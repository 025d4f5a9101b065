import { jitter } from '../backoff';

/** Calls that are remembered, and how many of them may fail. */
const WINDOW = 20;
const FAILURE_LIMIT = 5;
/** First rest after too many failures, in ms; doubles while the trial after it fails, up to the limit. */
const REST_MS = 1_000;
const REST_LIMIT_MS = 8_000;

/**
 * Keeps callers from a server that fails often: after five failures among the last twenty calls nobody asks it for a while, then one
 * call tries it for all.
 */
export class Breaker {
  private outcomes: boolean[] = [];
  private restMs = 0;
  private restUntil = 0;
  private trying = false;

  /** @param onOpen told that the server is left alone, and why */
  constructor(private readonly onOpen: (error: unknown) => void) {}

  /**
   * Runs the call, unless the server is being left alone.
   * @returns undefined when it was not asked, or failed
   */
  async run<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (!this.admits()) return undefined;
    try {
      const result = await call();
      this.succeeded();
      return result;
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private admits(): boolean {
    if (this.restMs === 0) return true;
    if (this.trying || Date.now() < this.restUntil) return false;
    this.trying = true;
    return true;
  }

  private succeeded(): void {
    if (this.trying) {
      this.trying = false;
      this.restMs = 0;
      this.outcomes = [];
    } else this.outcomes = [...this.outcomes, true].slice(-WINDOW);
  }

  private failed(error: unknown): void {
    this.outcomes = [...this.outcomes, false].slice(-WINDOW);
    const tooMany = this.outcomes.filter((succeeded) => !succeeded).length >= FAILURE_LIMIT;
    // Calls that were under way when the rest began say nothing new.
    if (!this.trying && (this.restMs > 0 || !tooMany)) return;
    this.trying = false;
    this.restMs = Math.min(Math.max(this.restMs * 2, REST_MS), REST_LIMIT_MS);
    this.restUntil = Date.now() + jitter(this.restMs);
    this.onOpen(error);
  }
}
