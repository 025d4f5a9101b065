import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../address-plan';
import type { EventLog } from '../events';
import type { TargetPlan } from '../haproxy/plan';
import { waitUntil } from '../process/wait-until';
import { checkHealth } from './health-check';
import { Instance, type Machine } from './instance';
import type { FleetPlan } from './plan';

export interface FleetOptions {
  readonly machine: Machine;
  readonly events: EventLog;
  readonly plan: FleetPlan;
  /** An address for a new instance, and how to give it back. */
  readonly takeAddress: () => Address;
  readonly releaseAddress: (address: Address) => void;
  /** Where a target group's port is found on an instance; the same port, except in `port-each` mode. */
  readonly targetAddress: (address: Address, port: number) => Address;
  /** Milliseconds within which an instance of the first launch has to become healthy. */
  readonly startTimeoutMs: number;
}

const HEALTH_POLL_MS = 1000;
/** Milliseconds of wrong answers to the health check after which waiting for the right one is given up. */
const WRONG_ANSWER_MS = 10_000;
/** Milliseconds before a replacement, doubled with each that fails: a service that can't start must not spin. */
const BACKOFF_MS = { first: 200, longest: 10_000 };

/** A running Auto Scaling group: keeps its number of instances, and replaces those that end or fail their health check. */
export class Fleet {
  private readonly members = new Set<Instance>();
  private readonly registered = new Set<Instance>();
  private readonly work = new Set<Promise<void>>();
  private failures = 0;
  private stopping = new AbortController();

  constructor(private readonly options: FleetOptions) {}

  get plan(): FleetPlan {
    return this.options.plan;
  }

  get instances(): readonly Instance[] {
    return [...this.members];
  }

  /** Launches all instances; resolves when each of them is in service. @throws if one does not get there */
  async start(): Promise<void> {
    const { plan, startTimeoutMs } = this.options;
    await Promise.all(Array.from({ length: plan.desired }, () => this.launch(startTimeoutMs)));
    if (plan.healthType === 'ELB' && plan.targetGroups.length > 0) this.track(this.watchHealth());
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.work.delete(tracked));
    this.work.add(tracked);
  }

  /** Launches one instance and puts it into service. */
  private async launch(timeoutMs: number): Promise<void> {
    const { machine, events, plan, takeAddress, releaseAddress } = this.options;
    const instance = new Instance(machine, plan, takeAddress());
    this.members.add(instance);
    events.record(
      'instance-launched',
      plan.resource,
      instance.id,
      `${instance.address.host}:${instance.address.port}`,
    );
    try {
      await instance.boot();
      if (instance.endExpected) throw new Error(`${instance.id} was ended while it started`);
      await this.putIntoService(instance, timeoutMs);
    } catch (error) {
      this.members.delete(instance);
      await this.takeOut(instance);
      await instance.terminate(2000);
      releaseAddress(instance.address);
      throw error;
    }
    this.failures = 0;
    events.record('instance-healthy', plan.resource, instance.id);
    this.track(this.replaceWhenEnded(instance));
  }

  private target(instance: Instance, port: number): TargetPlan {
    return { name: instance.id, ...this.options.targetAddress(instance.address, port) };
  }

  /** Waits for one passed health check of every target group, and registers the instance with it. */
  private async putIntoService(instance: Instance, timeoutMs: number): Promise<void> {
    for (const { balancer, plan } of this.plan.targetGroups) {
      const target = this.target(instance, plan.port);
      let last = '';
      let answeredSince: number | undefined;
      const wrongAnswer = (): string | undefined =>
        answeredSince !== undefined && Date.now() - answeredSince > WRONG_ANSWER_MS ? last : undefined;
      await waitUntil(
        `${plan.resource}: target ${instance.id} is not healthy`,
        async () => {
          const { passed, answered, description } = await checkHealth(target, plan.healthCheck);
          last = description;
          answeredSince = answered ? (answeredSince ?? Date.now()) : undefined;
          if (!passed) throw new Error(description);
          return true;
        },
        {
          timeoutMs,
          intervalMs: 100,
          stopIf: () => (this.stopped ? 'the twin is stopping' : (instance.endReason() ?? wrongAnswer())),
          details: instance.lastLines,
        },
      );
      await balancer.register(plan.name, target);
    }
    this.registered.add(instance);
  }

  /** Takes it out of its target groups. A balancer that refuses is reported, and keeps nobody from being replaced. */
  private async takeOut(instance: Instance, drain = false): Promise<void> {
    if (!this.registered.delete(instance)) return;
    const { events } = this.options;
    await Promise.all(
      this.plan.targetGroups.map(async ({ balancer, plan }) => {
        try {
          await (drain ? balancer.drain(plan.name, instance.id) : balancer.remove(plan.name, instance.id));
        } catch (error) {
          if (!this.stopped) events.record('repair-failed', plan.resource, instance.id, String(error));
        }
      }),
    );
  }

  /** Follows one instance to its end, and launches another in its place. */
  private async replaceWhenEnded(instance: Instance): Promise<void> {
    const { events, plan, releaseAddress } = this.options;
    const reason = await instance.ended();
    if (this.stopped) return;
    if (!instance.endExpected) events.record('instance-ended', plan.resource, instance.id, reason);
    this.members.delete(instance);
    await this.takeOut(instance);
    releaseAddress(instance.address);
    await this.launchUntilHealthy();
  }

  private async launchUntilHealthy(): Promise<void> {
    const { events, plan } = this.options;
    while (!this.stopped) {
      try {
        await sleep(Math.min(BACKOFF_MS.first * 2 ** this.failures, BACKOFF_MS.longest), undefined, {
          signal: this.stopping.signal,
        });
        await this.launch(Math.max(plan.grace, 1) * 1000);
        return;
      } catch (error) {
        if (this.stopped) return;
        this.failures += 1;
        events.record('repair-failed', plan.resource, plan.name, String(error));
      }
    }
  }

  /** Ends instances that their target group finds unhealthy once their grace period is over. */
  private async watchHealth(): Promise<void> {
    const { events, plan } = this.options;
    while (!this.stopped) {
      await sleep(HEALTH_POLL_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      for (const { balancer, plan: group } of plan.targetGroups) {
        if (this.stopped) return;
        const health = await balancer.healthByTarget(group.name).catch(() => new Map<string, string>());
        for (const instance of this.registered) {
          const mature = Date.now() - instance.launchedAt >= plan.grace * 1000;
          if (!mature || instance.endExpected || health.get(instance.id)?.startsWith('DOWN') !== true)
            continue;
          events.record(
            'instance-unhealthy',
            plan.resource,
            instance.id,
            `health check of ${group.resource}`,
          );
          this.track(this.terminate(instance));
        }
      }
    }
  }

  /** Drains and ends one instance; another takes its place. */
  async terminate(instance: Instance): Promise<void> {
    const { events, plan } = this.options;
    events.record('instance-terminated', plan.resource, instance.id);
    const drained = this.takeOut(instance, true);
    await Promise.all([drained, instance.terminate(20_000)]);
  }

  /** Ends all instances. No client is left by then, so nothing is drained. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.members].map((instance) => instance.terminate(1500)));
    await Promise.all(this.work);
  }
}
