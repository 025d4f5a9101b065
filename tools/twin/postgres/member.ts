import type { PostgresServer } from './server';
import { Probe, type Observation } from './probe';

/** Failed polls in a row after which a server counts as lost. */
const LOST_AFTER = 2;
/** Polls in a row without following after which a standby or replica counts as stuck: it is made anew. */
const STUCK_AFTER = 10;

/** A server of a cluster with what the control loop knows of it. */
export class Member {
  private failures = 0;
  private astray = 0;
  private readonly probe: Probe;
  /** Set while it is being made anew. */
  repair: Promise<void> | undefined;

  constructor(
    readonly server: PostgresServer,
    /** Resource of the plan that this server is a part of. */
    readonly resource: string,
  ) {
    this.probe = new Probe(server);
  }

  get name(): string {
    return this.server.name;
  }

  /** One poll; undefined if the server did not answer. */
  async poll(writerTimeline: number): Promise<Observation | undefined> {
    try {
      const observation = await this.probe.observe();
      this.failures = 0;
      // A replica that was ahead of the promoted standby goes on asking for the old timeline: now and then it is even streaming.
      const following = observation.streaming && observation.timeline === writerTimeline;
      this.astray = following ? 0 : this.astray + 1;
      return observation;
    } catch {
      this.failures += 1;
      return undefined;
    }
  }

  get lost(): boolean {
    return this.failures >= LOST_AFTER;
  }

  /** Only meaningful for a standby or replica. */
  get stuck(): boolean {
    return this.astray >= STUCK_AFTER;
  }

  /** Forgets what was seen: the server has another role or another life now. */
  reset(): void {
    this.failures = 0;
    this.astray = 0;
    this.probe.close();
  }
}
