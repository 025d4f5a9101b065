import type { DbInstanceConfig } from '@cdktf/provider-aws/lib/db-instance';

export const PORT = 5432;

/** What RDS writes to CloudWatch for PostgreSQL: the server's log, and that of upgrades. */
export const LOG_EXPORTS = ['postgresql', 'upgrade'] as const;

/** Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster": valid until 2061. */
const CERTIFICATE_AUTHORITY = 'rds-ca-rsa2048-g1';

const MONITORING_SECONDS = 60;
/** Days of query statistics that Performance Insights keeps without a charge. */
const INSIGHTS_DAYS = 7;

export interface SharedInput {
  readonly instanceClass: string;
  readonly storage: number;
  readonly maxStorage: number;
  readonly backupDays: number;
  readonly minorUpgrades: boolean;
  readonly securityGroupId: string;
  readonly parameterGroupName: string;
  readonly monitoringRoleArn: string;
  readonly keyArn: string;
}

/**
 * What the instances of a shard have in common. A replica has it all, backups included: promoted, it is the writer at
 * once, and a change would cost it a restart first.
 */
export function sharedSettings(input: SharedInput): DbInstanceConfig {
  return {
    instanceClass: input.instanceClass,
    storageType: 'gp3',
    storageEncrypted: true,
    ...(input.maxStorage > input.storage ? { maxAllocatedStorage: input.maxStorage } : {}),
    port: PORT,
    vpcSecurityGroupIds: [input.securityGroupId],
    publiclyAccessible: false,
    parameterGroupName: input.parameterGroupName,
    caCertIdentifier: CERTIFICATE_AUTHORITY,
    iamDatabaseAuthenticationEnabled: true,
    backupRetentionPeriod: input.backupDays,
    copyTagsToSnapshot: true,
    tags: { Component: 'database' },
    deleteAutomatedBackups: false,
    applyImmediately: false,
    autoMinorVersionUpgrade: input.minorUpgrades,
    enabledCloudwatchLogsExports: [...LOG_EXPORTS],
    databaseInsightsMode: 'standard',
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: input.keyArn,
    performanceInsightsRetentionPeriod: INSIGHTS_DAYS,
    monitoringInterval: MONITORING_SECONDS,
    monitoringRoleArn: input.monitoringRoleArn,
  };
}
