import { EventEmitter } from 'node:events';
import { appendFileSync } from 'node:fs';

export type EventKind =
  | 'instance-launched'
  | 'instance-healthy'
  | 'instance-unhealthy'
  | 'instance-ended'
  | 'instance-terminated'
  | 'target-registered'
  | 'target-drained'
  | 'primary-failed'
  | 'primary-restarted'
  | 'promoted'
  | 'standby-failed'
  | 'standby-in-sync'
  | 'replica-failed'
  | 'replica-restored'
  | 'server-ended'
  | 'server-restarted'
  | 'repair-failed';

/** Something that happened by itself while the twin ran. */
export interface TwinEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: EventKind;
  /** Address of the resource in the plan. */
  readonly resource: string;
  /** The single part of it: an instance id, a server's name. */
  readonly part: string;
  readonly detail?: string;
}

/** The log of events: one JSON line each in `events.jsonl`, and an emitter of `event` for those who watch. */
export class EventLog extends EventEmitter<{ event: [TwinEvent] }> {
  readonly all: TwinEvent[] = [];

  constructor(private readonly file: string) {
    super();
  }

  record(kind: EventKind, resource: string, part: string, detail?: string): void {
    const event: TwinEvent = { time: new Date().toISOString(), kind, resource, part, detail };
    this.all.push(event);
    appendFileSync(this.file, `${JSON.stringify(event)}\n`);
    this.emit('event', event);
  }

  count(kind: EventKind, part?: string): number {
    return this.all.filter((event) => event.kind === kind && (part === undefined || event.part === part))
      .length;
  }
}
