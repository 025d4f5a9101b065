/** One answer of the service. Times are in ms of one clock. */
export interface Answer {
  readonly client: string;
  readonly request: string;
  /** 0 when none came. */
  readonly status: number;
  readonly from: number;
  readonly to: number;
}

/** A version of something that has one writer, as a client wrote or saw it. */
export interface Observation {
  readonly client: string;
  readonly key: string;
  /** 1, 2, 3 ...; 0 for a key that was not there. */
  readonly version: number;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

export interface Read extends Observation {
  /** The version whose position the client sent along; 0 for none. */
  readonly carried: number;
}

/** What there is when all is over. */
export interface Final {
  readonly rows: ReadonlyMap<string, { readonly version: number; readonly value: string }>;
  /** Names of what was brought about, one each time. */
  readonly effects: readonly string[];
}

/** What a service must keep to while something is away. */
export interface Terms {
  /** What no answer may take longer than. */
  readonly boundMs: number;
  /** Whether it may say that it is to be asked again. */
  readonly refusals: boolean;
}

const ANSWERS: ReadonlySet<number> = new Set([200, 201, 404, 409]);
const REFUSAL = 503;

/** What clients did and what they were answered. */
export class History {
  readonly answers: Answer[] = [];
  /** What was acknowledged. */
  readonly writes: Observation[] = [];
  readonly reads: Read[] = [];
  /** What must have come about once, as it was acknowledged. */
  readonly promised: string[] = [];

  /** Everything that must not be in a history. */
  violations(final: Final, terms: Terms): string[] {
    return [...this.answered(terms), ...this.wrong(), ...this.lost(final), ...this.effects(final)];
  }

  private answered({ boundMs, refusals }: Terms): string[] {
    const isGood = (status: number): boolean => ANSWERS.has(status) || (refusals && status === REFUSAL);
    return this.answers.flatMap(({ client, request, status, from, to }) => [
      ...(to - from > boundMs ? [`late: ${client} waited ${Math.round(to - from)} ms for ${request}`] : []),
      ...(isGood(status) ? [] : [`failed: ${client} was answered ${status} to ${request}`]),
    ]);
  }

  /** Reads of what nobody wrote, and of versions older than what their client wrote, saw or knew before. */
  private wrong(): string[] {
    // The first of each version: what came later under its number is told of as lost.
    const texts = new Map(
      [...this.writes].reverse().map(({ key, version, value }) => [`${key} ${version}`, value]),
    );
    const by = ({ client, key }: Observation): string => `${client} ${key}`;
    const [written, seen] = [groups(this.writes, by), groups(this.reads, by)];
    return this.reads.flatMap((read) => {
      const { client, key, version, value, carried } = read;
      const what = `${client} read version ${version} of ${key}`;
      const text = texts.get(`${key} ${version}`);
      const before = (one: Observation): boolean => one.to <= read.from && one.version > version;
      return [
        ...(version > 0 && text !== value ? [`wrong: ${what} as ${value}, written was ${text}`] : []),
        ...(version < carried ? [`stale: ${what} with the position of ${carried}`] : []),
        ...(written.get(by(read))?.some(before) ? [`stale: ${what} after writing a later one`] : []),
        ...(seen.get(by(read))?.some(before) ? [`backwards: ${what} after a later one`] : []),
      ];
    });
  }

  private lost({ rows }: Final): string[] {
    return [...groups(this.writes, ({ key }) => key)].flatMap(([key, writes]) => {
      const versions = writes.map(({ version }) => version);
      const { version, value } = writes[versions.indexOf(Math.max(...versions))]!;
      const twice = versions.filter((one, index) => versions.indexOf(one) !== index);
      const row = rows.get(key);
      const kept = row?.version === version && row.value === value;
      return [
        ...twice.map((one) => `lost: version ${one} of ${key} was acknowledged twice`),
        ...(kept
          ? []
          : [
              `lost: version ${version} of ${key}, there is ${row ? `${row.version}, ${row.value}` : 'none'}`,
            ]),
      ];
    });
  }

  private effects({ effects }: Final): string[] {
    const times = new Map<string, number>();
    for (const effect of effects) times.set(effect, (times.get(effect) ?? 0) + 1);
    const promised = new Set(this.promised);
    return [
      ...[...promised].flatMap((effect) => (times.has(effect) ? [] : [`lost: ${effect}`])),
      ...[...times].flatMap(([effect, count]) =>
        count === 1 ? [] : [`duplicate: ${effect}, ${count} times`],
      ),
      ...[...times.keys()].flatMap((effect) => (promised.has(effect) ? [] : [`from nowhere: ${effect}`])),
    ];
  }
}

function groups<T>(all: readonly T[], of: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const group = found.get(of(one));
    if (group) group.push(one);
    else found.set(of(one), [one]);
  }
  return found;
}
