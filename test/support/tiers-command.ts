import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { REGION } from './aws-resources';
import type { Ministack } from './ministack';

/** Runs `tiers` as people do, against an AWS emulator. @returns what it printed @throws with its errors when it failed */
export async function tiers(ministack: Ministack, given: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [resolve(__dirname, '../../bin/tiers'), ...given],
    {
      env: {
        ...process.env,
        ...ministack.environment,
        AWS_REGION: REGION,
      },
    },
  );
  return stdout.trim();
}
