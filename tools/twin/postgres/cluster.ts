import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Address } from '../address-plan';
import type { EventLog } from '../events';
import { waitUntil } from '../process/wait-until';
import { cloneServer } from './clone';
import { Member } from './member';
import { PostgresServer, type PostgresHost } from './server';

/** One writer of the plan with its replicas. */
export interface ClusterPlan {
  /** Address of the writer's aws_db_instance. */
  readonly resource: string;
  /** Identifier of the writer: letters, digits, `-`. */
  readonly name: string;
  /** A synchronous standby, as multi_az has it. */
  readonly multiAz: boolean;
  readonly databaseName: string | undefined;
  readonly adminUser: string;
  readonly adminPassword: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** rds.force_ssl of the parameter group. */
  readonly forceTls: boolean;
  readonly replicas: readonly { readonly resource: string; readonly name: string }[];
}

/** The writer's stable address, and how to point it elsewhere. */
export interface WriterEndpoint {
  readonly address: Address;
  readonly point: (target: Address) => Promise<void>;
}

/** Name by which the standby is known to the writer, whichever of the two servers it is. */
const STANDBY = 'standby';
const STREAMING_TIMEOUT_MS = 20_000;

/** Servers of one cluster and the steps that change their roles. What decides on the steps is the control loop. */
export class PostgresCluster {
  primary: Member;
  standby: Member | undefined;
  readonly replicas: readonly Member[];
  /**
   * True from the moment the standby was seen in sync until the writer is told to go on without it. While it is true every
   * acknowledged write is on the standby, so that promoting it loses none.
   */
  redundant = false;

  constructor(
    host: PostgresHost,
    readonly events: EventLog,
    readonly plan: ClusterPlan,
    readonly endpoint: WriterEndpoint,
    takeAddress: () => Address,
  ) {
    const make = (name: string, resource: string): Member =>
      new Member(new PostgresServer(host, name, takeAddress(), plan), resource);
    this.primary = make(plan.multiAz ? `${plan.name}-1` : plan.name, plan.resource);
    this.standby = plan.multiAz ? make(`${plan.name}-2`, plan.resource) : undefined;
    this.replicas = plan.replicas.map((replica) => make(replica.name, replica.resource));
  }

  get members(): readonly Member[] {
    return [this.primary, ...(this.standby ? [this.standby] : []), ...this.replicas];
  }

  /** Brings up an empty cluster with all its copies; resolves once each of them streams and the standby is in sync. */
  async start(): Promise<void> {
    const { server } = this.primary;
    await server.initialize();
    await server.start();
    await this.createRoles(server);
    await this.endpoint.point(server.address);
    await Promise.all([
      this.standby ? this.seedStandby(this.standby) : undefined,
      ...this.replicas.map((replica) => this.seedReplica(replica)),
    ]);
  }

  /** The roles and the database that RDS makes: rds_superuser and rds_iam, the master user, the first database. */
  private async createRoles(server: PostgresServer): Promise<void> {
    const { adminUser, adminPassword, databaseName } = this.plan;
    const { replicationUser, replicationPassword } = server.host.operators;
    const admin = escapeIdentifier(adminUser);
    const client = await server.connect();
    try {
      await client.query(`
        CREATE ROLE ${replicationUser} REPLICATION LOGIN PASSWORD ${escapeLiteral(replicationPassword)};
        CREATE ROLE rds_iam;
        CREATE ROLE rds_superuser;
        GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser WITH ADMIN OPTION;
        CREATE ROLE ${admin} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(adminPassword)};
        GRANT rds_superuser TO ${admin};
        GRANT rds_iam TO ${admin} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;
      `);
      if (databaseName !== undefined) {
        await client.query(`CREATE DATABASE ${escapeIdentifier(databaseName)} OWNER ${admin}`);
      }
    } finally {
      await client.end();
    }
  }

  /** Makes a standby from the writer and waits until writes are acknowledged by both. */
  async seedStandby(standby: Member): Promise<void> {
    const primary = this.primary.server;
    await standby.server.fence();
    await cloneServer({
      source: primary,
      target: standby.server,
      streamFrom: primary.address,
      applicationName: STANDBY,
    });
    await standby.server.start();
    standby.reset();
    await this.waitReplication(STANDBY, "state = 'streaming'");
    await this.setSynchronous(true);
    await this.waitReplication(STANDBY, "sync_state = 'sync'");
    this.redundant = true;
    this.events.record('standby-in-sync', this.plan.resource, standby.name);
  }

  /** Makes a replica from the writer. It streams from the writer's endpoint, and so follows a failover by itself. */
  async seedReplica(replica: Member): Promise<void> {
    await replica.server.fence();
    await cloneServer({
      source: this.primary.server,
      target: replica.server,
      streamFrom: this.endpoint.address,
      applicationName: replica.name,
    });
    await replica.server.start();
    replica.reset();
    await this.waitReplication(replica.name, "state = 'streaming'");
  }

  private async waitReplication(applicationName: string, condition: string): Promise<void> {
    await waitUntil(
      `${applicationName} of ${this.plan.resource}: ${condition}`,
      async () => {
        const sql = `SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND ${condition}`;
        return (await this.primary.server.query(sql, [applicationName])).length > 0;
      },
      { timeoutMs: STREAMING_TIMEOUT_MS, intervalMs: 30 },
    );
  }

  private async setSynchronous(on: boolean): Promise<void> {
    const client = await this.primary.server.connect();
    try {
      await client.query(
        `ALTER SYSTEM SET synchronous_standby_names = '${on ? `FIRST 1 (${STANDBY})` : ''}'`,
      );
      await client.query('SELECT pg_reload_conf()');
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Lets the writer go on alone, and makes the standby anew. */
  async replaceStandby(standby: Member): Promise<void> {
    this.redundant = false;
    await this.setSynchronous(false);
    await this.seedStandby(standby);
  }

  /** Makes the standby the writer. Only to be called while `redundant`; the old writer becomes the standby to be made anew. */
  async failOver(): Promise<void> {
    const { standby, primary } = this;
    if (!standby || !this.redundant) {
      throw new Error(`${this.plan.resource}: no standby in sync, promoting would lose acknowledged writes`);
    }
    await primary.server.fence();
    this.redundant = false;
    await standby.server.query('SELECT pg_promote(true, 30)', [], { timeoutMs: 31_000 });
    this.primary = standby;
    this.standby = primary;
    for (const member of [primary, standby]) member.reset();
    await this.endpoint.point(standby.server.address);
    this.events.record('promoted', this.plan.resource, standby.name, `in place of ${primary.name}`);
  }

  /** Starts the writer again on its own data: what a single-zone instance does, and the only safe way without a standby in sync. */
  async restartPrimary(): Promise<void> {
    const { primary } = this;
    await primary.server.fence();
    await primary.server.start();
    primary.reset();
    await this.endpoint.point(primary.server.address);
    this.events.record('primary-restarted', this.plan.resource, primary.name);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.server.stop()));
  }
}
