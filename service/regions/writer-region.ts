import type { Logger } from 'pino';
import { PolledParameter } from '../aws/parameter';
import type { ApiConfig } from '../config';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * Which region takes the writes: polled, as a promotion happens while things run. Without the parameter, and until it was read,
 * that is this region; should it be another one, its database refuses the writes.
 */
export class WriterRegion {
  private readonly parameter?: PolledParameter<string>;

  constructor(
    private readonly config: ApiConfig,
    log: Logger,
  ) {
    if (config.WRITER_REGION_PARAMETER === undefined) return;
    this.parameter = new PolledParameter(
      config,
      {
        name: config.WRITER_REGION_PARAMETER,
        everySeconds: config.WRITER_REGION_POLL_SECONDS,
        initial: config.AWS_REGION,
        parse: (value) => {
          if (!REGION.test(value)) throw new Error(`${JSON.stringify(value)} is not the name of a region`);
          return value;
        },
      },
      log,
    );
  }

  get current(): string {
    return this.parameter?.current ?? this.config.AWS_REGION;
  }

  get isHere(): boolean {
    return this.current === this.config.AWS_REGION;
  }

  async start(): Promise<void> {
    await this.parameter?.start();
  }

  close(): void {
    this.parameter?.close();
  }
}
