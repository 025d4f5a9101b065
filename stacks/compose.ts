import type { App } from 'cdktf';
import type { Deployment } from '../deployments/schema';
import { NetworkStack } from './network-stack';

/** Declares all stacks of the deployments, environment by environment. The only place that wires stacks together. */
export function compose(app: App, deployments: readonly Deployment[]): void {
  const environments = [...new Set(deployments.map(({ environment }) => environment))];
  for (const environment of environments) {
    composeEnvironment(
      app,
      deployments.filter((deployment) => deployment.environment === environment),
    );
  }
}

function composeEnvironment(app: App, regions: readonly Deployment[]): void {
  for (const region of regions) {
    const name = (stack: string): string => `${region.environment}-${region.region}-${stack}`;
    new NetworkStack(app, name('network'), region);
  }
}
