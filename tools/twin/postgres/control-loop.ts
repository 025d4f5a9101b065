import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresCluster } from './cluster';
import type { Member } from './member';

export interface ControlLoopOptions {
  /** Milliseconds between two polls; 500 by default. */
  readonly intervalMs?: number;
  /**
   * Milliseconds added before a promotion, 0 by default. RDS itself takes 60 to 120 s for a Multi-AZ instance failover
   * ("Multi-AZ DB instance deployments"); any figure taken with this setting has to say so.
   */
  readonly failoverDelayMs?: number;
}

/** Watches a cluster and repairs it: what the control plane of RDS does for a Multi-AZ instance and its replicas. */
export class ControlLoop {
  private stopped = false;
  /** The writer's, as last seen. */
  private timeline = 1;
  private readonly done: Promise<void>;

  constructor(
    private readonly cluster: PostgresCluster,
    private readonly options: ControlLoopOptions = {},
  ) {
    this.done = this.run();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await sleep(this.options.intervalMs ?? 500);
      if (this.stopped) return;
      try {
        await this.tick();
      } catch (error) {
        if (!this.stopped) this.report(this.cluster.primary, error);
      }
    }
  }

  private report(member: Member, error: unknown): void {
    this.cluster.events.record('repair-failed', member.resource, member.name, String(error));
  }

  private async tick(): Promise<void> {
    const { cluster } = this;
    await Promise.all(
      cluster.members.map(async (member) => {
        if (member.repair) return;
        const seen = await member.poll(this.timeline);
        if (member === cluster.primary && seen && !seen.inRecovery) this.timeline = seen.timeline;
      }),
    );
    if (this.stopped) return;
    if (cluster.primary.lost) {
      await this.recoverPrimary();
      return;
    }
    const { standby } = cluster;
    if (standby && !standby.repair && (standby.lost || standby.stuck)) {
      this.repair(standby, 'standby-failed', () => cluster.replaceStandby(standby));
    }
    for (const replica of cluster.replicas) {
      if (replica.repair || !(replica.lost || replica.stuck)) continue;
      this.repair(replica, 'replica-failed', async () => {
        await cluster.seedReplica(replica);
        cluster.events.record('replica-restored', replica.resource, replica.name);
      });
    }
  }

  private async recoverPrimary(): Promise<void> {
    const { cluster } = this;
    const { primary, standby, events } = cluster;
    events.record('primary-failed', cluster.plan.resource, primary.name);
    if (standby && cluster.redundant && !standby.lost) {
      await sleep(this.options.failoverDelayMs ?? 0);
      await cluster.failOver();
      this.repair(primary, undefined, () => cluster.seedStandby(primary));
    } else {
      await cluster.restartPrimary();
    }
  }

  /** Runs beside the polls, so that the writer stays watched meanwhile. */
  private repair(
    member: Member,
    event: 'standby-failed' | 'replica-failed' | undefined,
    work: () => Promise<void>,
  ): void {
    if (event) {
      const why = member.lost ? 'no answer' : 'does not follow the writer';
      this.cluster.events.record(event, member.resource, member.name, why);
    }
    member.repair = work()
      .catch((error: unknown) => {
        if (!this.stopped) this.report(member, error);
      })
      .finally(() => {
        member.reset();
        member.repair = undefined;
      });
  }

  /** Ends watching; resolves when no repair is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
    await Promise.all(this.cluster.members.flatMap((member) => member.repair ?? []));
  }
}
