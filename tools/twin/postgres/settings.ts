import type { Address } from '../address-plan';

/** Names and passwords by which the twin itself works on the servers. */
export interface Operators {
  /** Owner of the cluster, as on RDS; only the twin uses it. */
  readonly superuser: 'rdsadmin';
  readonly superuserPassword: string;
  readonly replicationUser: 'rdsrepladmin';
  readonly replicationPassword: string;
}

export interface ServerFiles {
  readonly certificate: string;
  readonly key: string;
}

/** postgresql.conf of one server. `parameters` are the plan's parameter group, which comes last. */
export function serverConfiguration(
  address: Address,
  files: ServerFiles,
  parameters: Readonly<Record<string, string>>,
): string {
  const settings: Record<string, string | number> = {
    listen_addresses: address.host,
    port: address.port,
    unix_socket_directories: '',
    max_connections: 120,
    // Small: many servers share one machine here, and what is rehearsed is behaviour, not size.
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    ssl: 'on',
    ssl_cert_file: files.certificate,
    ssl_key_file: files.key,
    wal_level: 'replica',
    wal_log_hints: 'on',
    hot_standby: 'on',
    // Lets a server that was away for a while catch up without an archive.
    wal_keep_size: '256MB',
    max_wal_senders: 12,
    max_replication_slots: 12,
    // A silent partner is given up in seconds, not in the minute that is the default.
    wal_receiver_timeout: '3s',
    wal_sender_timeout: '3s',
    wal_retrieve_retry_interval: '200ms',
    wal_receiver_status_interval: '1s',
    // A killed process loses nothing that is in the page cache; only a power cut would, and all data here is thrown away.
    fsync: 'off',
    // In the data folder, so that a killed server leaves nothing in /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] %u@%d ',
    ...parameters,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${String(value).replace(/'/g, "''")}'\n`)
    .join('');
}

/** What is left out of a parameter group here, with the reason. */
export const IGNORED_PARAMETERS: Readonly<Record<string, string>> = {
  'rds.force_ssl': 'pg_hba.conf takes TLS connections only',
  'rds.logical_replication': 'no logical replication in the twin',
  'rds.log_retention_period': 'logs stay until the next start',
  shared_preload_libraries: 'the extensions of RDS are not in these binaries',
  shared_buffers: 'sized for an instance of its own',
  max_connections: 'sized for an instance of its own',
};

/**
 * pg_hba.conf: loopback only, TLS only. As on RDS, who is a member of rds_iam signs in with an IAM token; here the token itself is
 * not checked. Everyone else needs the password.
 */
export function hostBasedAuthentication(operators: Operators, admin: string, forceTls: boolean): string {
  const type = forceTls ? 'hostssl' : 'host';
  const loopback = '127.0.0.0/8';
  return [
    `hostssl all ${operators.superuser} ${loopback} scram-sha-256`,
    `hostssl replication ${operators.replicationUser} ${loopback} scram-sha-256`,
    `${type} all "${admin.replace(/"/g, '""')}" ${loopback} scram-sha-256`,
    `${type} all +rds_iam ${loopback} trust`,
    `${type} all all ${loopback} scram-sha-256`,
    '',
  ].join('\n');
}

/** Value of primary_conninfo. */
export function connectionInfo(source: Address, operators: Operators, applicationName: string): string {
  return [
    `host=${source.host} port=${source.port}`,
    `user=${operators.replicationUser} password=${operators.replicationPassword}`,
    `sslmode=require application_name=${applicationName} connect_timeout=2`,
    'keepalives_idle=2 keepalives_interval=1 keepalives_count=2',
  ].join(' ');
}
