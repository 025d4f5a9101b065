import { randomBytes, createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateFiles } from '../certificates';
import type { Supervisor } from '../process/supervisor';
import { canTraverse, serverAccount, type Account } from './account';
import { findBinaries } from './binaries';
import type { PostgresHost } from './server';

/** Data folders live below the run folder, or in the temporary folder where PostgreSQL has to run as another account. */
function dataFolder(runFolder: string, account: Account | undefined): string {
  if (!account || canTraverse(account, runFolder)) return join(runFolder, 'postgresql');
  const mark = createHash('sha256').update(runFolder).digest('hex').slice(0, 10);
  return join(tmpdir(), `tiers-postgresql-${mark}`);
}

/** Prepares what all servers of a twin share. Data of an earlier start are thrown away: every start begins empty. */
export function preparePostgres(
  supervisor: Supervisor,
  certificate: CertificateFiles,
  caFile: string,
): PostgresHost {
  const account = serverAccount();
  const binaries = findBinaries(account);
  const folder = dataFolder(supervisor.folder, account);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  copyFileSync(certificate.certificate, files.certificate);
  copyFileSync(certificate.key, files.key);
  chmodSync(files.key, 0o600); // PostgreSQL refuses a key that others can read
  if (account)
    for (const path of [folder, files.certificate, files.key]) chownSync(path, account.uid, account.gid);
  return {
    supervisor,
    binaries,
    account,
    folder,
    files,
    caPem: readFileSync(caFile, 'utf8'),
    operators: {
      superuser: 'rdsadmin',
      superuserPassword: randomBytes(18).toString('base64url'),
      replicationUser: 'rdsrepladmin',
      replicationPassword: randomBytes(18).toString('base64url'),
    },
  };
}

/** Throws the data away. */
export function discardPostgres(host: PostgresHost): void {
  rmSync(host.folder, { recursive: true, force: true });
}
