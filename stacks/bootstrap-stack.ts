import type { Construct } from 'constructs';
import type { Environment } from '../deployments/schema';
import { BucketReplication } from '../modules/bucket-replication';
import { DeployRole } from '../modules/deploy-role';
import { EncryptionKey } from '../modules/encryption-key';
import { ObjectStorage } from '../modules/object-storage';
import { STATE_COMPONENT, TiersStack } from './tiers-stack';

/** Days for which an earlier state can be brought back. */
const STATE_VERSIONS_DAYS = 365;

/** State settings of an environment whose bucket the stacks here make. */
export type OwnState = Extract<Environment['state'], { readonly backend: 'own' }>;

/** Where the copies of an environment's states lie, in another region than the states. */
export class StateReplicaStack extends TiersStack {
  readonly states: ObjectStorage;

  constructor(scope: Construct, id: string, environment: Environment, { replicaRegion }: OwnState) {
    super(scope, id, { environment, region: replicaRegion, bootstrap: true });
    this.states = stateBucket(this);
  }
}

/**
 * What has to be there before the first stack: the bucket of the states, and the role that Terraform takes. It is applied by a
 * person with rights of their own, once for each account; its own state is a local file.
 */
export class BootstrapStack extends TiersStack {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    { region, deployers }: OwnState,
    replica: StateReplicaStack,
  ) {
    super(scope, id, { environment, region, bootstrap: true });
    const states = stateBucket(this);
    new BucketReplication(this, 'replication', { component: 'states', from: states, to: [replica.states] });
    const { arn } = new DeployRole(this, 'deploy', { principals: deployers, states });
    this.publish('state_bucket', 'Bucket of the Terraform states', states.bucketName);
    this.publish('deploy_role', 'Role that Terraform deploys with', arn);
  }
}

/** States hold ids and settings, no secret; still, nobody reads them by accident and none is lost. */
function stateBucket(scope: Construct): ObjectStorage {
  return new ObjectStorage(scope, 'states', {
    component: STATE_COMPONENT,
    encryptionKey: new EncryptionKey(scope, 'encryption', { component: STATE_COMPONENT }),
    noncurrentDays: STATE_VERSIONS_DAYS,
  });
}
