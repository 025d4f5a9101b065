import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { writerOf } from '../deployments/writer';
import { BucketReplication } from '../modules/bucket-replication';
import { InvalidationLinks } from '../modules/invalidations';
import { NetworkPeering } from '../modules/network-peering';
import { TransitNetwork } from '../modules/transit-network';
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { NetworkStack } from './network-stack';
import { TiersStack } from './tiers-stack';

/** One region as the links see it. */
export interface LinkedRegion {
  readonly deployment: Deployment;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly app: AppStack;
}

/**
 * What leads from one region of an environment to another. It stands in the home region's state, and each resource in the region
 * that it works in, so that a further region changes the links and not the stacks of the others.
 */
export class LinksStack extends TiersStack {
  constructor(scope: Construct, id: string, home: LinkedRegion, others: readonly LinkedRegion[]) {
    super(scope, id, { environment: home.deployment, region: home.deployment.region });
    const regions = [home, ...others];
    // From each to all others: S3 does not copy on what is a copy itself, so there is no hub for objects.
    for (const { deployment, data } of regions)
      new BucketReplication(this, `assets-${deployment.region}`, {
        component: 'assets',
        from: data.assets,
        to: regions.filter((other) => other.data !== data).map((other) => other.data.assets),
      });
    const from = regions.find(({ deployment }) => deployment.region === writerOf(deployment))?.app
      .invalidations;
    if (from)
      new InvalidationLinks(this, 'invalidations', {
        from,
        to: regions.flatMap(({ app }) =>
          app.invalidations && app.invalidations !== from ? [app.invalidations] : [],
        ),
      });
    this.connectNetworks(home, others);
  }

  /** By way of the home region: with as many resources for a further region as the last one took. */
  private connectNetworks({ deployment, network }: LinkedRegion, others: readonly LinkedRegion[]): void {
    const spokes = others.map((other) => other.network.network);
    switch (deployment.interRegion?.kind) {
      case 'peering':
        for (const spoke of spokes)
          new NetworkPeering(this, `peering-${spoke.region}`, { hub: network.network, spoke });
        return;
      case 'transit-gateway':
        new TransitNetwork(this, 'transit', { hub: network.network, spokes });
        return;
      case 'none':
      case undefined:
    }
  }
}
