import { spawnSync } from 'node:child_process';

/** What one run of wrk saw: requests a second, and how long answers took, in ms. */
export interface Load {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** `1.23ms` and the like in ms. */
const milliseconds = (text: string | undefined): number => {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(text ?? '') ?? [];
  if (number === undefined) throw new Error(`wrk wrote ${String(text)} where a time is expected`);
  return Number(number) * MS[unit!]!;
};

/** As many requests as 32 connections bring about, on the processor that the server does not have. */
export function saturate(url: string, token: string, seconds: number): Load {
  const args = [
    '-c',
    '1',
    'wrk',
    '--threads',
    '1',
    '--connections',
    '32',
    '--duration',
    `${seconds}s`,
    '--latency',
  ];
  const {
    stdout: output,
    error,
    status,
  } = spawnSync('taskset', [...args, '--header', `Authorization: Bearer ${token}`, url], {
    encoding: 'utf8',
  });
  if (error || status !== 0) {
    throw new Error(
      'taskset or wrk did not run; needed: Linux with util-linux and wrk: apt-get install wrk',
      {
        cause: error,
      },
    );
  }
  const value = (pattern: RegExp): string | undefined => pattern.exec(output)?.[1];
  return {
    rate: Number(value(/Requests\/sec:\s+([\d.]+)/)),
    p50: milliseconds(value(/^\s+50%\s+(\S+)/m)),
    p99: milliseconds(value(/^\s+99%\s+(\S+)/m)),
    failed: Number(value(/Non-2xx or 3xx responses: (\d+)/) ?? 0),
  };
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
};
