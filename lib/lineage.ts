/** What the instances of one generation are there for. */
export type GenerationRole = 'writer' | 'reader' | 'former';

/** Where the first instance of a generation takes its data from. */
export interface Source {
  readonly region: string;
  /** Number of the generation there. */
  readonly generation: number;
}

/** Instances of one shard in one region that share their history: the first of them, and the replicas of that one. */
export interface Generation {
  /** From 0, and never given twice. */
  readonly number: number;
  readonly role: GenerationRole;
  /** Undefined for the first writer, and from the promotion on. It is never another one. */
  readonly source?: Source;
  /** Whether it takes the writes, or once took them: from the start, or after it was promoted from a replica. */
  readonly wrote: false | 'from the start' | 'after promotion';
}

/** How the writer has moved between the regions of an environment. */
export interface Lineage {
  /** Regions in the order in which they became the writer; the last one is it now. One at least. */
  readonly writers: readonly string[];
  /** Changes of the writer before a region was added, by region. Default: 0. */
  readonly joinedAfter?: Readonly<Record<string, number>>;
}

/**
 * The generations of a shard in a region, the oldest first and the current one last.
 *
 * RDS can promote a replica, and cannot point one, or a former writer, at another source (Amazon RDS User Guide, "Working with DB
 * instance read replicas"). So when the writer changes, the instances of the new writer stay what they are, and every other
 * region begins a generation of new instances; those of the generation before stand alone until somebody retires them.
 */
export function generationsOf(lineage: Lineage, region: string): readonly Generation[] {
  const { writers } = lineage;
  const joined = joinedAfter(lineage, region);
  const former: Generation[] = [];
  let current = begun(lineage, region, joined);
  for (let change = joined + 1; change < writers.length; change += 1) {
    if (writers[change] === region)
      current = { number: current.number, role: 'writer', wrote: 'after promotion' };
    else {
      former.push({ ...current, role: 'former' });
      current = begun(lineage, region, change);
    }
  }
  return [...former, current];
}

/** The generation that a region begins with a change of the writer, or when it is added. */
function begun(lineage: Lineage, region: string, change: number): Generation {
  const number = numberAt(lineage, region, change);
  const writer = lineage.writers[change];
  if (writer === undefined)
    throw new RangeError(
      `${region} was added after ${change} changes of the writer, of which there were fewer`,
    );
  if (writer === region) return { number, role: 'writer', wrote: 'from the start' };
  const source = { region: writer, generation: numberAt(lineage, writer, change) };
  return { number, role: 'reader', source, wrote: false };
}

/** A region begins a generation with each change to another writer than itself. */
function numberAt(lineage: Lineage, region: string, change: number): number {
  const since = lineage.writers.slice(joinedAfter(lineage, region) + 1, change + 1);
  return since.filter((writer) => writer !== region).length;
}

function joinedAfter(lineage: Lineage, region: string): number {
  return lineage.joinedAfter?.[region] ?? 0;
}

/** The part of an instance's name that follows its letter: none for the first generation, then 2, 3... */
export function generationSuffix(generation: number): string {
  return generation === 0 ? '' : String(generation + 1);
}
