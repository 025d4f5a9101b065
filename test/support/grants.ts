import type { Grantable, Statement } from '../../lib/grants';

/** Keeps what it is granted, for a look at the statements. */
export class RecordingGrantee implements Grantable {
  readonly granted: Record<string, readonly Statement[]> = {};

  grant(id: string, statements: readonly Statement[]): void {
    if (id in this.granted) throw new Error(`${id} is granted twice`);
    this.granted[id] = statements;
  }
}
