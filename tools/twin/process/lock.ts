import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identify, isAlive, type ProcessIdentity } from './process-table';

const holderSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

/** Raised when another twin runs in the same folder. */
export class TwinRunningError extends Error {
  constructor(
    readonly holder: ProcessIdentity,
    folder: string,
  ) {
    super(
      `${folder}: a twin is already running here (process ${holder.pid}); ` +
        `stop it with Ctrl-C in its terminal or with \`kill ${holder.pid}\`, then start again`,
    );
    this.name = 'TwinRunningError';
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // none, or written only in part by a process that was killed
  }
}

/**
 * Takes the run folder for this process; returns the function that gives it back.
 * The lock of a process that no longer runs (start time compared) is taken over.
 * @throws TwinRunningError
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const own = identify(process.pid);
  if (!own) throw new Error(`process ${process.pid} is not in its own process table`);
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
      return () => {
        if (readHolder(file)?.pid === own.pid) rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 3) throw error;
    }
    const holder = readHolder(file);
    if (holder && isAlive(holder)) throw new TwinRunningError(holder, folder);
    rmSync(file, { force: true });
  }
}
