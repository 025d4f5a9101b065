import type { EventLog } from '../events';
import type { Supervisor } from '../process/supervisor';
import { waitUntil } from '../process/wait-until';
import { balancerConfig, serverParameters, type BalancerSettings } from './balancer-config';
import type { BalancerPlan, TargetGroupPlan, TargetPlan } from './plan';
import { failOpenName } from './rules';
import { HaproxyServer } from './server';

/** The backend that takes requests while a target is healthy, and the one that does when none is. */
function bothBackends(group: string): readonly string[] {
  return [group, failOpenName(group)];
}

/** A running load balancer: targets come and go without a restart. */
export class Balancer {
  private readonly server: HaproxyServer;
  private readonly targets = new Map<string, readonly TargetPlan[]>();

  constructor(
    supervisor: Supervisor,
    private readonly events: EventLog,
    readonly plan: BalancerPlan,
    private readonly settings: BalancerSettings,
  ) {
    this.server = new HaproxyServer({
      supervisor,
      events,
      name: `balancer-${plan.name}`,
      resource: plan.resource,
      render: (socket) => balancerConfig(plan, settings, this.targets, socket),
    });
  }

  start(): Promise<void> {
    return this.server.start();
  }

  private group(name: string): TargetGroupPlan {
    const group = this.plan.targetGroups.find((candidate) => candidate.name === name);
    if (!group) throw new Error(`${this.plan.resource} has no target group ${name}`);
    return group;
  }

  /**
   * Adds a target that has passed one health check: it takes requests at once. (A new target is healthy after one passed
   * check, whatever the healthy threshold: "Health checks for Application Load Balancer target groups".)
   */
  async register(groupName: string, target: TargetPlan): Promise<void> {
    const group = this.group(groupName);
    const server = `${groupName}/${target.name}`;
    const { admin } = this.server;
    await admin.run(`add server ${server} ${target.host}:${target.port} ${serverParameters(group)}`);
    await admin.run(`enable server ${server}`);
    await admin.run(`enable health ${server}`);
    await admin.run(`set server ${server} health up`);
    const open = `${failOpenName(groupName)}/${target.name}`;
    await admin.run(`add server ${open} ${target.host}:${target.port}`);
    await admin.run(`enable server ${open}`);
    this.targets.set(groupName, [...(this.targets.get(groupName) ?? []), target]);
    this.events.record('target-registered', group.resource, target.name, `${target.host}:${target.port}`);
  }

  /** Lets a target finish what it has, for at most the deregistration delay, and removes it. */
  async drain(groupName: string, targetName: string): Promise<void> {
    const group = this.group(groupName);
    for (const backend of bothBackends(groupName)) {
      await this.server.admin.run(`set server ${backend}/${targetName} state drain`);
    }
    await waitUntil(
      `drain of ${groupName}/${targetName}`,
      async () => (await this.sessions(groupName, targetName)) === 0,
      { timeoutMs: group.deregistrationDelay * 1000 },
    ).catch(() => undefined); // what is still open after the delay is cut off, as on AWS
    await this.remove(groupName, targetName);
    this.events.record('target-drained', group.resource, targetName);
  }

  /** Removes a target at once, with its open requests. */
  async remove(groupName: string, targetName: string): Promise<void> {
    const { admin } = this.server;
    this.targets.set(
      groupName,
      (this.targets.get(groupName) ?? []).filter((target) => target.name !== targetName),
    );
    for (const backend of bothBackends(groupName)) {
      const server = `${backend}/${targetName}`;
      await admin.run(`set server ${server} state maint`);
      await admin.run(`shutdown sessions server ${server}`);
      await waitUntil(
        `removal of ${server}`,
        // Refused while a session is still being closed.
        () => admin.run(`del server ${server}`).then(() => true),
        { timeoutMs: 5000, intervalMs: 20 },
      );
    }
  }

  private async sessions(groupName: string, targetName: string): Promise<number> {
    const rows = await Promise.all(bothBackends(groupName).map((backend) => this.row(backend, targetName)));
    return rows.reduce((sum, row) => sum + Number(row?.['scur'] ?? 0), 0);
  }

  private async row(groupName: string, targetName: string): Promise<Record<string, string> | undefined> {
    const rows = await this.server.admin.statistics();
    return rows.find((row) => row['pxname'] === groupName && row['svname'] === targetName);
  }

  /** `UP`, `DOWN`, `DRAIN`, `MAINT` and HAProxy's variants of them; undefined if there is no such target. */
  async health(groupName: string, targetName: string): Promise<string | undefined> {
    return (await this.row(groupName, targetName))?.['status'];
  }

  /** Health of all targets of a group by name. */
  async healthByTarget(groupName: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.server.admin.statistics();
    return new Map(
      rows
        .filter(
          (row) => row['pxname'] === groupName && !['FRONTEND', 'BACKEND'].includes(row['svname'] ?? ''),
        )
        .map((row) => [row['svname'] ?? '', row['status'] ?? '']),
    );
  }

  /** Kills the process as an accident would; it is restarted with its present targets. */
  crash(): void {
    this.server.crash();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
