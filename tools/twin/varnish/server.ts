import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts, show, type Address } from '../address-plan';
import type { EventLog } from '../events';
import { findProgram } from '../process/find-program';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';
import type { CdnPlan } from './plan';
import { vcl } from './vcl';

/** One Varnish. If it ends by itself it is started again, with nothing in it. */
export class VarnishServer {
  private process: ManagedProcess | undefined;
  private stopped = false;

  constructor(
    private readonly supervisor: Supervisor,
    private readonly events: EventLog,
    readonly plan: CdnPlan,
    readonly address: Address,
  ) {}

  private get folder(): string {
    return join(this.supervisor.folder, 'varnish', this.plan.name);
  }

  async start(): Promise<void> {
    const { supervisor, plan, address, folder } = this;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'edge.vcl');
    writeFileSync(file, vcl(plan), { mode: 0o600 });
    const parameters = {
      default_ttl: 0,
      default_grace: 0,
      // Kept on for asking the origin whether they are still right.
      default_keep: 3600,
      // An origin that comes back is asked at once.
      backend_remote_error_holddown: 0,
      backend_local_error_holddown: 0,
      thread_pools: 1,
      thread_pool_min: 20,
      http_resp_hdr_len: '16k',
    };
    const started = await supervisor.start({
      name: plan.name,
      command: findProgram('varnishd'),
      args: [
        ...['-F', '-j', 'none', '-T', 'none', '-n', join(folder, 'work')],
        ...['-f', file, '-a', show(address), '-s', 'malloc,64m', '-l', '4m'],
        ...Object.entries(parameters).flatMap(([name, value]) => ['-p', `${name}=${value}`]),
      ],
      // The compiler of the configuration is looked for on the PATH.
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/bin:/bin`, TMPDIR: folder },
      graceMs: 2000,
    });
    this.process = started;
    void started.exited.then(() => this.restart(started));
    await waitUntil(`Varnish ${plan.name} (${plan.resource})`, () => accepts(address), {
      timeoutMs: 20_000,
      intervalMs: 50,
      stopIf: started.endReason,
      details: started.lastLines,
    });
  }

  private async restart(ended: ManagedProcess): Promise<void> {
    if (this.stopped || ended.endExpected) return;
    const { events, plan } = this;
    events.record('server-ended', plan.resource, plan.name, ended.endReason());
    try {
      await this.start();
      events.record('server-restarted', plan.resource, plan.name);
    } catch (error) {
      if (!this.stopped) events.record('repair-failed', plan.resource, plan.name, String(error));
    }
  }

  /** Takes `PURGE`, the stand-in of CreateInvalidation: one path with its query, or a beginning with `*` at its end. */
  get purgeUrl(): string {
    return `http://${show(this.address)}`;
  }

  /** Kills the process as an accident would; it is restarted. */
  crash(): void {
    this.process?.kill(false);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process?.stop();
  }
}
