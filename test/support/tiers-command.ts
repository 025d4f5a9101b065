import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { REGION } from './aws-resources';
import { CREDENTIALS } from './ministack';

/** Runs `tiers` as people do, against an AWS emulator. @returns what it printed @throws with its errors when it failed */
export async function tiers(endpoint: string, given: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [resolve(__dirname, '../../bin/tiers'), ...given],
    {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
    },
  );
  return stdout.trim();
}
