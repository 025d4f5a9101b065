import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { AccountDefaults } from '../modules/account-defaults';
import { EncryptionKey } from '../modules/encryption-key';
import { Network } from '../modules/network';
import { TiersStack } from './tiers-stack';

/** What everything else of a region stands on: its VPC, and the defaults of the account there. */
export class NetworkStack extends TiersStack {
  readonly network: Network;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, { environment: deployment, region: deployment.region });
    new AccountDefaults(this, 'account-defaults', { declared: deployment.accountDefaults });
    this.network = new Network(this, 'network', {
      cidr: deployment.cidr,
      zones: deployment.zones,
      // One server stands in a public subnet, and a database reaches nothing.
      nat: deployment.web !== undefined,
      natPerZone: deployment.network.natPerZone,
      interfaceEndpoints: deployment.network.interfaceEndpoints,
      encryptionKey: new EncryptionKey(this, 'encryption', { component: 'network' }),
      logDays: deployment.logDays,
    });
  }
}
