import type { Address } from '../address-plan';
import type { EventLog } from '../events';
import type { Supervisor } from '../process/supervisor';
import { globalSection, HaproxyServer } from './server';

export interface EndpointPlan {
  /** Unique: letters, digits, `-` and `_`. */
  readonly name: string;
  readonly resource: string;
  readonly listen: Address;
  /** Certificate bundle, where TLS ends here; without it, bytes pass as they are. */
  readonly tlsBundle?: string;
}

/**
 * Stable addresses of databases and caches: TCP proxies, each in front of the servers that hold its role now. Nothing is
 * checked here; who holds a role is decided by the control loops, which repoint.
 */
export class TcpEndpoints {
  private readonly server: HaproxyServer;
  private readonly targets = new Map<string, readonly Address[]>();

  constructor(
    supervisor: Supervisor,
    events: EventLog,
    private readonly plans: readonly EndpointPlan[],
    /** Servers kept in reserve per endpoint: the most it is ever pointed at. */
    private readonly slots: number,
    name = 'endpoints',
  ) {
    const resource = plans.map((plan) => plan.resource).join(', ');
    this.server = new HaproxyServer({
      supervisor,
      events,
      name,
      resource,
      render: (socket) => this.render(socket),
    });
  }

  /** Each endpoint's first targets must be known before. */
  async start(initial: ReadonlyMap<string, readonly Address[]>): Promise<void> {
    for (const [name, targets] of initial) this.targets.set(name, targets);
    await this.server.start();
  }

  render(socket: string): string {
    const lines = [
      ...globalSection(socket),
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      // Connections to a database may be silent for long: nothing here ends them but their two sides.
      '  timeout client 12h',
      '  timeout server 12h',
      '  option clitcpka',
      '  option srvtcpka',
      '  retries 0',
    ];
    for (const plan of this.plans) {
      const tls = plan.tlsBundle ? ` ssl crt ${plan.tlsBundle}` : '';
      lines.push(
        `listen ${plan.name}`,
        `  bind ${plan.listen.host}:${plan.listen.port}${tls}`,
        '  balance roundrobin',
      );
      const targets = this.targets.get(plan.name) ?? [];
      for (let slot = 0; slot < this.slots; slot += 1) {
        const target = targets[slot];
        lines.push(`  server s${slot} ${target ? `${target.host}:${target.port}` : '127.0.0.1:1 disabled'}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }

  /** Sends new connections to these servers and ends all that go elsewhere. */
  async point(name: string, targets: readonly Address[]): Promise<void> {
    if (!this.plans.some((plan) => plan.name === name)) throw new Error(`no endpoint ${name}`);
    if (targets.length > this.slots)
      throw new Error(`endpoint ${name}: ${targets.length} targets, room for ${this.slots}`);
    const before = this.targets.get(name) ?? [];
    this.targets.set(name, targets);
    const { admin } = this.server;
    for (let slot = 0; slot < this.slots; slot += 1) {
      const [old, next] = [before[slot], targets[slot]];
      if (old?.host === next?.host && old?.port === next?.port) continue;
      const server = `${name}/s${slot}`;
      await admin.run(`set server ${server} state maint`);
      if (next)
        await admin.run(
          `set server ${server} addr ${next.host} port ${next.port}`,
          /changed|no need to change/,
        );
      await admin.run(`shutdown sessions server ${server}`);
      if (next) await admin.run(`set server ${server} state ready`);
    }
  }

  /** Kills the proxy as an accident would; it is restarted with the present targets. */
  crash(): void {
    this.server.crash();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
