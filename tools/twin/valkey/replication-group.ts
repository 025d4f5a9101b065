import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../address-plan';
import type { EventLog } from '../events';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';
import { ValkeyServer, type ValkeySettings } from './server';

export interface ReplicationGroupPlan {
  readonly resource: string;
  /** Letters, digits, `-`. */
  readonly name: string;
  /** Primary and replicas together, 1 to 6. */
  readonly nodes: number;
  /** automatic_failover_enabled: without it a lost primary is started again, empty. */
  readonly automaticFailover: boolean;
}

/** The group's stable addresses. */
export interface CacheEndpoints {
  readonly pointPrimary: (target: Address) => Promise<void>;
  readonly pointReaders: (targets: readonly Address[]) => Promise<void>;
}

const POLL_MS = 500;
const LOST_AFTER = 2;

/**
 * A primary with replicas, and the loop that promotes a replica when the primary is lost and makes lost nodes anew. Replication is
 * asynchronous, as in ElastiCache: what the promoted replica had not yet received is gone.
 */
export class ReplicationGroup {
  primary: ValkeyServer;
  readonly nodes: readonly ValkeyServer[];
  private readonly failures = new Map<ValkeyServer, number>();
  private readonly repairs = new Map<ValkeyServer, Promise<void>>();
  private stopped = false;
  private loop: Promise<void> | undefined;

  constructor(
    supervisor: Supervisor,
    private readonly events: EventLog,
    readonly plan: ReplicationGroupPlan,
    settings: ValkeySettings,
    private readonly endpoints: CacheEndpoints,
    takeAddress: () => Address,
  ) {
    this.nodes = Array.from(
      { length: plan.nodes },
      (_, index) =>
        new ValkeyServer(
          supervisor,
          `${plan.name}-${String(index + 1).padStart(3, '0')}`,
          takeAddress(),
          settings,
        ),
    );
    const [first] = this.nodes;
    if (!first) throw new RangeError(`${plan.resource}: received ${plan.nodes} nodes; allowed: 1 to 6`);
    this.primary = first;
  }

  private get replicas(): readonly ValkeyServer[] {
    return this.nodes.filter((node) => node !== this.primary);
  }

  async start(): Promise<void> {
    await Promise.all(
      this.nodes.map((node) => node.start(node === this.primary ? undefined : this.primary.address)),
    );
    await Promise.all(this.replicas.map((node) => this.waitLinked(node)));
    await this.pointAll();
    this.loop = this.watch();
  }

  private async waitLinked(node: ValkeyServer): Promise<void> {
    await waitUntil(
      `${node.name} of ${this.plan.resource} follows ${this.primary.name}`,
      async () => (await node.replication())['master_link_status'] === 'up',
      { timeoutMs: 10_000, intervalMs: 20 },
    );
  }

  /** Readers are the replicas that are well; the primary where there is none, as the reader endpoint has it. */
  private async pointAll(): Promise<void> {
    const well = this.replicas.filter((node) => !this.repairs.has(node) && !this.lost(node));
    await this.endpoints.pointPrimary(this.primary.address);
    await this.endpoints.pointReaders((well.length > 0 ? well : [this.primary]).map((node) => node.address));
  }

  private lost(node: ValkeyServer): boolean {
    return (this.failures.get(node) ?? 0) >= LOST_AFTER;
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      await sleep(POLL_MS);
      if (this.stopped) return;
      try {
        await this.tick();
      } catch (error) {
        if (!this.stopped)
          this.events.record('repair-failed', this.plan.resource, this.primary.name, String(error));
      }
    }
  }

  private async tick(): Promise<void> {
    await Promise.all(
      this.nodes.map(async (node) => {
        if (this.repairs.has(node)) return;
        const well = await node.answers().catch(() => false);
        this.failures.set(node, well ? 0 : (this.failures.get(node) ?? 0) + 1);
      }),
    );
    if (this.stopped) return;
    if (this.lost(this.primary)) await this.recoverPrimary();
    for (const node of this.replicas) {
      if (!this.lost(node) || this.repairs.has(node)) continue;
      this.events.record('replica-failed', this.plan.resource, node.name);
      this.repair(node);
      await this.pointAll();
    }
  }

  private async recoverPrimary(): Promise<void> {
    const old = this.primary;
    this.events.record('primary-failed', this.plan.resource, old.name);
    await old.fence();
    const next = this.plan.automaticFailover ? await this.mostAdvanced() : undefined;
    if (!next) {
      await old.start();
      this.failures.set(old, 0);
      this.events.record('primary-restarted', this.plan.resource, old.name, 'empty');
      return;
    }
    await next.follow(undefined);
    this.primary = next;
    await this.endpoints.pointPrimary(next.address);
    this.events.record('promoted', this.plan.resource, next.name, `in place of ${old.name}`);
    const followers = this.replicas.filter((node) => node !== old && !this.lost(node));
    await Promise.all(followers.map((node) => node.follow(next.address)));
    this.repair(old);
    await this.pointAll();
  }

  private async mostAdvanced(): Promise<ValkeyServer | undefined> {
    const offsets = await Promise.all(
      this.replicas
        .filter((node) => !this.lost(node) && !this.repairs.has(node))
        .map(async (node) => {
          const info = await node.replication().catch(() => undefined);
          return { node, offset: info ? Number(info['slave_repl_offset'] ?? -1) : -1 };
        }),
    );
    return offsets.filter(({ offset }) => offset >= 0).sort((a, b) => b.offset - a.offset)[0]?.node;
  }

  /** Makes a node anew as a replica of the present primary, beside the polls. */
  private repair(node: ValkeyServer): void {
    const work = async (): Promise<void> => {
      try {
        await node.fence();
        await node.start(this.primary.address);
        await this.waitLinked(node);
        this.failures.set(node, 0);
        this.repairs.delete(node);
        await this.pointAll();
        this.events.record('replica-restored', this.plan.resource, node.name);
      } catch (error) {
        this.failures.set(node, 0);
        if (!this.stopped) this.events.record('repair-failed', this.plan.resource, node.name, String(error));
      } finally {
        this.repairs.delete(node);
      }
    };
    this.repairs.set(node, work());
  }

  /** Ends watching and all nodes. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.loop;
    await Promise.all(this.repairs.values());
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
