import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Address } from '../address-plan';
import type { ManagedProcess } from '../process/managed-process';
import type { Supervisor } from '../process/supervisor';
import { ONE_SHOT, type FleetPlan } from './plan';

export interface Machine {
  readonly supervisor: Supervisor;
  /** Folder of the built service, `dist`. */
  readonly built: string;
  /** What the image adds to the environment on AWS, and the twin adds here; given the instance's address and id. */
  readonly environment: (
    address: Address,
    instanceId: string,
    plan: FleetPlan,
  ) => Readonly<Record<string, string>>;
}

/** `i-` and 17 hexadecimal digits, as EC2 names instances. */
export function newInstanceId(): string {
  return `i-${randomBytes(9).toString('hex').slice(0, 17)}`;
}

/** One instance of a fleet: the processes of its units at an address of its own. */
export class Instance {
  readonly id = newInstanceId();
  readonly launchedAt = Date.now();
  private service: ManagedProcess | undefined;
  private ending = false;

  constructor(
    private readonly machine: Machine,
    private readonly plan: FleetPlan,
    readonly address: Address,
  ) {}

  /** Starts the units in their order. Resolves when the last one has been started. @throws if a one-shot unit fails */
  async boot(): Promise<void> {
    const { plan, machine, id, address } = this;
    // The machine's part comes last: what only it can know is not the plan's to say.
    const env = { ...plan.environment, ...machine.environment(address, id, plan) };
    for (const { role } of plan.units) {
      if (this.ending) return;
      const started = await machine.supervisor.start({
        name: `${plan.name}-${id}-${role}`,
        command: process.execPath,
        args: [join(machine.built, 'service', `${role}.js`)],
        cwd: machine.built,
        env,
        // Longer than the service's own drain.
        graceMs: 20_000,
      });
      this.service = started;
      if (!ONE_SHOT.has(role)) continue;
      const { code } = await started.exited;
      if (code !== 0 && !this.ending) {
        throw new Error(
          `${plan.resource}: ${role} of ${id} failed: ${started.endReason()}\n${started.lastLines()}`,
        );
      }
    }
  }

  get pid(): number | undefined {
    return this.service?.running ? this.service.pid : undefined;
  }

  /** Why it is no longer running; undefined while it is. */
  readonly endReason = (): string | undefined => this.service?.endReason();

  readonly lastLines = (): string => this.service?.lastLines() ?? '';

  /** Resolves when its last unit has ended, with the reason. */
  async ended(): Promise<string> {
    await this.service?.exited;
    return this.service?.endReason() ?? 'nothing was started';
  }

  get endExpected(): boolean {
    return this.ending;
  }

  /** Ends it; `graceMs` is what the service gets to drain. */
  async terminate(graceMs: number): Promise<void> {
    this.ending = true;
    await this.service?.stop(graceMs);
  }
}
