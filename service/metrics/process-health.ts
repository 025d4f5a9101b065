import { cpus, loadavg } from 'node:os';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Figure } from './embedded-format';

const NANOSECONDS_PER_MILLISECOND = 1e6;
const DELAY_RESOLUTION_MS = 20;

/** What only the process knows of itself and its machine: whether its event loop is free, its memory, the load. */
export class ProcessHealth {
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  private readonly processors = cpus().length;

  constructor() {
    this.delay.enable();
  }

  /** Figures since the last call. */
  take(): Record<string, Figure> {
    const longest = Math.max(0, this.delay.max / NANOSECONDS_PER_MILLISECOND - DELAY_RESOLUTION_MS);
    this.delay.reset();
    return {
      EventLoopDelay: { unit: 'Milliseconds', value: Math.round(longest * 10) / 10 },
      ResidentMemory: { unit: 'Bytes', value: process.memoryUsage.rss() },
      // 1 means as much to run as there are processors.
      LoadPerProcessor: { unit: 'None', value: Math.round((loadavg()[0]! / this.processors) * 100) / 100 },
    };
  }

  close(): void {
    this.delay.disable();
  }
}
