import { setTimeout as sleep } from 'node:timers/promises';
import { descendants, isAlive, type ProcessIdentity } from './process-table';

/** Sends a signal to exactly this process; false if it is gone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Kills a process and every descendant at once, without a chance to answer anything more; returns those it killed. */
export function killTree(root: ProcessIdentity): ProcessIdentity[] {
  const tree = [root, ...(isAlive(root) ? descendants(root.pid) : [])];
  return killAll(tree);
}

/**
 * Kills these and what they have forked meanwhile. Parents go first, so that none can start another child
 * after its children were read.
 */
export function killAll(tree: readonly ProcessIdentity[]): ProcessIdentity[] {
  const killed: ProcessIdentity[] = [];
  for (const member of tree) {
    const late = isAlive(member) ? descendants(member.pid) : [];
    if (signal(member, 'SIGKILL')) killed.push(member);
    for (const child of late) if (signal(child, 'SIGKILL')) killed.push(child);
  }
  return killed;
}

/** Waits until none of these runs; returns those still alive after `timeoutMs`. */
export async function waitGone(
  members: readonly ProcessIdentity[],
  timeoutMs: number,
): Promise<ProcessIdentity[]> {
  const until = Date.now() + timeoutMs;
  let left = members.filter(isAlive);
  while (left.length > 0 && Date.now() < until) {
    await sleep(20);
    left = left.filter(isAlive);
  }
  return left;
}

/**
 * Ends a process tree: `stopSignal` to its root, and after `graceMs` SIGKILL to whatever is left of the tree.
 * Throws if a member survives even that (uninterruptible sleep).
 */
export async function endTree(
  root: ProcessIdentity,
  stopSignal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const tree = [root, ...descendants(root.pid)];
  signal(root, stopSignal);
  const left = await waitGone(tree, graceMs);
  if (left.length === 0) return;
  killAll(left);
  const survivors = await waitGone(left, 5000);
  if (survivors.length > 0) {
    throw new Error(
      `processes ${survivors.map((member) => member.pid).join(', ')} did not end after SIGKILL`,
    );
  }
}
