import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Job } from './job';
import type { Jobs } from './queue';

/** Pictures that are decoded at a time beside the requests. */
const LANES = 1;
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/**
 * Jobs without a queue: this process does them itself, one after the other, behind the answers that it gives. What it has in
 * hand is lost when it dies; the client sees a picture that stays `processing`, and may say again that it is complete.
 */
export class OwnHands implements Jobs {
  readonly present = false;
  private readonly waiting: Job[] = [];
  private readonly lanes = new Set<Promise<void>>();

  constructor(
    private readonly handle: (job: Job, log: Logger) => Promise<void>,
    private readonly log: Logger,
  ) {}

  send(job: Job): Promise<void> {
    this.waiting.push(job);
    if (this.lanes.size < LANES) {
      const lane = this.work().finally(() => this.lanes.delete(lane));
      this.lanes.add(lane);
    }
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes);
  }

  private async work(): Promise<void> {
    for (let job = this.waiting.shift(); job; job = this.waiting.shift()) await this.attempt(job);
  }

  private async attempt(job: Job): Promise<void> {
    const log = this.log.child({ requestId: job.requestId, pictureId: job.pictureId });
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await this.handle(job, log);
        return;
      } catch (error) {
        log.error({ err: error, attempt }, 'job failed');
        if (attempt < ATTEMPTS) await sleep(PAUSE_MS * attempt);
      }
    }
  }
}
