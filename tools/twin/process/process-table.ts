import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process that can't be confused with a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the operating system's own form; only compared for equality. */
  readonly startedAt: string;
}

interface Row {
  readonly ppid: number;
  readonly startedAt: string;
}

const LINUX = process.platform === 'linux';

/** Distinguishes the same ticks after boot of two different boots. */
const bootId = LINUX ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8) : '';

function linuxRow(pid: number): Row | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may hold spaces and parentheses itself: fields are counted after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ppid] = fields;
  // A zombie runs nothing and holds nothing; where no init reaps it, it would otherwise count as alive for ever.
  if (state === 'Z' || state === 'X') return undefined;
  return { ppid: Number(ppid), startedAt: `${bootId}:${fields[19]}` };
}

function readLinux(): Map<number, Row> {
  const rows = new Map<number, Row>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const row = Number.isInteger(pid) ? linuxRow(pid) : undefined;
    if (row) rows.set(pid, row);
  }
  return rows;
}

function readPs(selection: readonly string[]): Map<number, Row> {
  const rows = new Map<number, Row>();
  let output: string;
  try {
    output = execFileSync('ps', [...selection, '-o', 'pid=,ppid=,stat=,lstart='], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', LC_ALL: 'C' },
    });
  } catch {
    return rows; // ps ends with 1 when nothing was selected
  }
  for (const line of output.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (match && !match[3]?.startsWith('Z')) {
      rows.set(Number(match[1]), { ppid: Number(match[2]), startedAt: String(match[4]) });
    }
  }
  return rows;
}

/** The identity of a running process; undefined if there is none (a zombie counts as none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const row = LINUX ? linuxRow(pid) : readPs(['-p', String(pid)]).get(pid);
  return row && { pid, startedAt: row.startedAt };
}

/** Whether exactly this process still runs: a reused number with another start time is not it. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * All living descendants of a process, children first. Read from the parent links, because PostgreSQL's backends
 * leave the process group of their postmaster.
 */
export function descendants(pid: number): ProcessIdentity[] {
  const table = LINUX ? readLinux() : readPs(['-ax']);
  const children = new Map<number, number[]>();
  for (const [child, row] of table) children.set(row.ppid, [...(children.get(row.ppid) ?? []), child]);
  const found: ProcessIdentity[] = [];
  const queue = [...(children.get(pid) ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const row = table.get(next);
    if (!row) continue;
    found.push({ pid: next, startedAt: row.startedAt });
    queue.push(...(children.get(next) ?? []));
  }
  return found;
}
