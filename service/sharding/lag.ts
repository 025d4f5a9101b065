/** How far back positions of the writer are remembered, in ms. */
const MEMORY_MS = 60_000;

/**
 * How far behind a replica is, in time, without writing anything for it: the writer's position is noted now and then, and the oldest note that
 * a replica has not replayed says since when it is behind. One that has replayed all of them is not behind, however long nothing was written.
 */
export class Lag {
  private notes: { readonly at: number; readonly position: bigint }[] = [];

  note(lsn: string, at = Date.now()): void {
    const position = toBytes(lsn);
    // The same position again says nothing new; a lower one comes from another server, and begins anew.
    const last = this.notes.at(-1);
    if (last?.position === position) return;
    this.notes =
      last !== undefined && last.position > position
        ? []
        : this.notes.filter((note, index) => note.at > at - MEMORY_MS || index === this.notes.length - 1);
    this.notes.push({ at, position });
  }

  /** Milliseconds that a replica is behind which has replayed up to `lsn`; 0 when it knows all that is known here. */
  of(lsn: string, now = Date.now()): number {
    const replayed = toBytes(lsn);
    const missing = this.notes.find(({ position }) => position > replayed);
    return missing === undefined ? 0 : now - missing.at;
  }
}

/** A log sequence number is a number of bytes, in two hexadecimal halves. */
function toBytes(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
