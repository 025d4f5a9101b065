import type { Construct } from 'constructs';
import type { Environment } from '../deployments/schema';
import { Budget } from '../modules/budget';
import { Certificate } from '../modules/certificate';
import { EncryptionKey } from '../modules/encryption-key';
import { HostedZone } from '../modules/hosted-zone';
import { SharedState } from '../modules/shared-state';
import { TiersStack } from './tiers-stack';

/** What all regions of an environment share. It is created first and outlives every region. */
export class GlobalStack extends TiersStack {
  readonly hostedZone: HostedZone;
  readonly sharedState: SharedState;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, { environment, region: environment.homeRegion });
    this.hostedZone = new HostedZone(this, 'hosted-zone', {
      domain: environment.domain,
      existingZoneId: environment.hostedZoneId,
    });
    // Its validation record serves the certificates of all regions and of the edge.
    new Certificate(this, 'certificate', { domain: environment.domain, hostedZone: this.hostedZone });
    this.sharedState = new SharedState(this, 'shared-state', {
      encryptionKey: new EncryptionKey(this, 'encryption', { component: 'global' }),
      deletionProtection: environment.deletionProtection,
    });
    if (this.hostedZone.nameServers) {
      this.publish(
        'name_servers',
        `Name servers that the parent of ${environment.domain} delegates it to`,
        this.hostedZone.nameServers,
      );
    }
    new Budget(this, 'budget', { monthlyUsd: environment.monthlyBudget, contact: environment.contact });
  }
}
