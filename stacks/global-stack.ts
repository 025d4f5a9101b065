import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { PACKAGE_REGIONS } from '../lib/limits';
import { Budget } from '../modules/budget';
import { Certificate } from '../modules/certificate';
import { EncryptionKey } from '../modules/encryption-key';
import { HostedZone } from '../modules/hosted-zone';
import { PackageRepository } from '../modules/package-repository';
import { SharedState } from '../modules/shared-state';
import { TiersStack } from './tiers-stack';

/** Where the libraries are kept when the home region does not offer that; they are public, so any region will do. */
const PACKAGES_ELSEWHERE = 'us-east-1';

/** What all regions of an environment share. It is created first and outlives every region. */
export class GlobalStack extends TiersStack {
  readonly hostedZone: HostedZone;
  /** None where servers share nothing but the database. */
  readonly sharedState?: SharedState;
  /** A key in each other region, for what is kept there of what all regions share. */
  readonly replicaKeys: readonly EncryptionKey[];

  /**
   * `environment` is that of its home region, whose logs and these are kept equally long; `others` are the environment's further
   * regions.
   */
  constructor(scope: Construct, id: string, environment: Deployment, others: readonly string[]) {
    super(scope, id, { environment, region: environment.homeRegion });
    this.hostedZone = new HostedZone(this, 'hosted-zone', {
      domain: environment.domain,
      existingZoneId: environment.hostedZoneId,
      ...environment.dns,
      logDays: environment.logDays,
    });
    // Its validation record serves the certificates of all regions and of the edge.
    new Certificate(this, 'certificate', { domain: environment.domain, hostedZone: this.hostedZone });
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'global' });
    this.replicaKeys = others.map(
      (region) => new EncryptionKey(this, `encryption-${region}`, { component: 'global', region }),
    );
    if (environment.sharedState) {
      this.sharedState = new SharedState(this, 'shared-state', {
        encryptionKey,
        replicas: this.replicaKeys,
        deletionProtection: environment.deletionProtection,
      });
    }
    if (environment.packages) {
      const packages = new PackageRepository(this, 'packages', {
        encryptionKey: PACKAGE_REGIONS.includes(environment.homeRegion)
          ? encryptionKey
          : new EncryptionKey(this, 'packages-encryption', {
              component: 'packages',
              region: PACKAGES_ELSEWHERE,
            }),
      });
      this.publish('package_repository', 'Repository for: npm run package -- --packages', packages.arn);
    }
    if (this.hostedZone.nameServers) {
      this.publish(
        'name_servers',
        `Name servers that the parent of ${environment.domain} delegates it to`,
        this.hostedZone.nameServers,
      );
    }
    if (this.hostedZone.dsRecord) {
      this.publish(
        'ds_record',
        `DS record that the parent of ${environment.domain} takes once the zone is signed and delegated`,
        this.hostedZone.dsRecord,
      );
    }
    new Budget(this, 'budget', { monthlyUsd: environment.monthlyBudget, contact: environment.contact });
  }
}
