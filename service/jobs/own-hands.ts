import type { Logger } from 'pino';
import { requestInHand } from '../trace';
import { FinalError } from './final-error';
import type { Job } from './job';
import type { Jobs } from './queue';

/**
 * Jobs without a queue: this process does them itself, one after the other, behind the answers that it gives. The outbox keeps a job
 * until it is done, so that what was in hand when a process died is done by the next one.
 */
export class OwnHands implements Jobs {
  readonly present = false;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly handle: (job: Job, log: Logger) => Promise<void>,
    private readonly log: Logger,
  ) {}

  async send(job: Job): Promise<void> {
    const done = this.last.then(() => this.attempt(job));
    this.last = done.catch(() => undefined);
    return done;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.last;
  }

  private async attempt(job: Job): Promise<void> {
    const log = this.log.child({ requestId: job.requestId, job: job.type });
    try {
      await requestInHand.run(job.requestId, () => this.handle(job, log));
    } catch (error) {
      log.error({ err: error }, 'job failed');
      if (!(error instanceof FinalError)) throw error;
    }
  }
}
