import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { endTree } from './kill';
import { isAlive, type ProcessIdentity } from './process-table';

const recordSchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string(),
  name: z.string(),
  stopSignal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']),
});

/** One started process, as the next start finds it. */
export type ProcessRecord = z.infer<typeof recordSchema>;

/**
 * The list of all processes that a twin has started, one JSON line each. It outlives a supervisor that is killed: the next
 * one reads it and ends what is still running, by number and start time.
 */
export class ProcessRecords {
  constructor(private readonly file: string) {}

  /** Written synchronously, in the tick of the start, so that no kill comes between the two. */
  add(record: ProcessRecord): void {
    appendFileSync(this.file, `${JSON.stringify(record)}\n`);
  }

  /** Records of processes that still run. A line that was cut by a crash is passed over: its process was never confirmed. */
  alive(): ProcessRecord[] {
    if (!existsSync(this.file)) return [];
    const records: ProcessRecord[] = [];
    for (const line of readFileSync(this.file, 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        continue;
      }
      const record = recordSchema.safeParse(value);
      if (record.success && isAlive(record.data)) records.push(record.data);
    }
    return records;
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }

  /** Ends everything that an earlier supervisor left behind, newest first; returns what it ended. */
  async reap(graceMs = 3000): Promise<ProcessRecord[]> {
    const left = this.alive().reverse();
    await Promise.all(left.map((record) => endTree(record as ProcessIdentity, record.stopSignal, graceMs)));
    this.clear();
    return left;
  }
}
