import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ManagedProcess, type ProcessSpec } from './managed-process';
import { ProcessRecords, type ProcessRecord } from './records';

/**
 * Starts and ends every process of a twin. All of them are recorded below the run folder, so that none is left behind:
 * not by a stop, nor by a crash, nor (with the help of the next start) by a SIGKILL of the supervisor itself.
 */
export class Supervisor {
  private readonly processes = new Map<string, ManagedProcess>();
  private readonly records: ProcessRecords;
  private closed = false;
  readonly logFolder: string;

  constructor(readonly folder: string) {
    this.logFolder = join(folder, 'logs');
    mkdirSync(this.logFolder, { recursive: true });
    this.records = new ProcessRecords(join(folder, 'processes.jsonl'));
  }

  /** Ends what an earlier supervisor of this folder left running; call it before the first start. */
  reap(): Promise<ProcessRecord[]> {
    return this.records.reap();
  }

  /** @throws if a process of that name runs, if the command can't be started, or once stopping has begun. */
  async start(spec: ProcessSpec): Promise<ManagedProcess> {
    if (this.closed) throw new Error(`${spec.name}: not started, the twin is stopping`);
    if (this.processes.get(spec.name)?.running) throw new Error(`${spec.name}: already running`);
    const managed = await ManagedProcess.start(spec, join(this.logFolder, `${spec.name}.log`), (started) => {
      this.processes.set(spec.name, started);
      this.records.add({
        ...started.identity,
        name: spec.name,
        stopSignal: spec.stopSignal ?? 'SIGTERM',
      });
    });
    void managed.exited.then(() => {
      if (this.processes.get(spec.name) === managed) this.processes.delete(spec.name);
    });
    return managed;
  }

  get running(): readonly ManagedProcess[] {
    return [...this.processes.values()].filter((member) => member.running);
  }

  /** Refuses further starts and ends everything, the newest first where ends depend on each other. */
  async stopAll(): Promise<void> {
    this.closed = true;
    const failures: unknown[] = [];
    while (this.running.length > 0) {
      const ends = await Promise.allSettled([...this.running].reverse().map((member) => member.stop()));
      const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      failures.push(...failed);
      if (failed.length > 0) break;
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some processes could not be ended');
    this.records.clear();
  }

  /** The last resort in an exit handler, where nothing can be awaited. */
  killAllNow(): void {
    this.closed = true;
    for (const member of this.running) member.kill();
  }
}
