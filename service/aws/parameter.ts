import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Logger } from 'pino';
import { jitter } from '../backoff';
import type { CommonConfig } from '../config';
import { awsOptions } from './options';

export interface ParameterSettings<T> {
  readonly name: string;
  /** Seconds between two reads, with jitter. */
  readonly everySeconds: number;
  /** In force until the parameter was read once. */
  readonly initial: T;
  /** @throws for a value that must not be used */
  readonly parse: (value: string) => T;
}

/** A parameter of Systems Manager, polled. Whatever happens to it, the last good value stays in force. */
export class PolledParameter<T> {
  private value: T;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly client: SSMClient;

  constructor(
    config: CommonConfig,
    private readonly settings: ParameterSettings<T>,
    private readonly log: Logger,
  ) {
    this.value = settings.initial;
    this.client = new SSMClient(awsOptions(config));
  }

  get current(): T {
    return this.value;
  }

  /** Reads it for the first time, and from then on again and again. A failure is logged, not thrown. */
  async start(): Promise<void> {
    await this.poll();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.client.destroy();
  }

  /** @throws the parameter store's error or the fault in the value */
  async refresh(): Promise<void> {
    this.value = this.settings.parse(await this.read());
  }

  protected async read(): Promise<string> {
    const found = await this.client.send(new GetParameterCommand({ Name: this.settings.name }));
    return found.Parameter?.Value ?? '';
  }

  private async poll(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn(
        { err: error, parameter: this.settings.name },
        'parameter not read, the last good value stays',
      );
    }
    if (this.closed) return;
    this.timer = setTimeout(() => void this.poll(), jitter(this.settings.everySeconds * 1000));
    this.timer.unref();
  }
}
