import { App, TerraformStack } from 'cdktf';
import type { Selection } from '../deployments/load';
import type { Deployment, Environment } from '../deployments/schema';
import { AppStack } from './app-stack';
import { BootstrapStack, StateReplicaStack } from './bootstrap-stack';
import { DataStack } from './data-stack';
import { EdgeStack, type EdgeRegion } from './edge-stack';
import { GlobalStack } from './global-stack';
import { ImageStack } from './image-stack';
import { NetworkStack } from './network-stack';
import { ObservabilityStack } from './observability-stack';

/** Declares the stacks of the selected deployments. The only place that wires stacks together. */
export function compose(app: App, selections: readonly Selection[]): void {
  for (const selection of selections) composeEnvironment(app, selection);
}

function composeEnvironment(app: App, { environment, regions, chosen }: Selection): void {
  const [first] = regions;
  if (!first) return;
  composeBootstrap(app, environment, first);
  const home = regions.find(({ region, homeRegion }) => region === homeRegion) ?? first;
  const others = regions.filter((deployment) => deployment !== home);
  const global = new GlobalStack(
    app,
    `${environment}-global`,
    home,
    others.map(({ region }) => region),
  );
  const atHome = composeRegion(app, home, global);
  const elsewhere = others.map((deployment) => composeRegion(app, deployment, global, atHome.app));
  const edge = new EdgeStack(app, `${environment}-edge`, global, [atHome, ...elsewhere]);

  if (chosen.length === regions.length) return;
  // What one stack hands to another is settled while all of them are there: a region written alone is the same as one
  // written with the others. Then those that were not asked for leave; the edge knows all regions and leaves too.
  const all = app.node.children.filter((child) => TerraformStack.isStack(child));
  for (const stack of all) stack.prepareStack();
  app.node.tryRemoveChild(edge.node.id);
  for (const { region } of regions) {
    if (chosen.includes(region)) continue;
    for (const { node } of all)
      if (node.id.startsWith(`${environment}-${region}-`)) app.node.tryRemoveChild(node.id);
  }
}

/** Nothing depends on them in the plan: they are applied once, by somebody else, before everything. */
function composeBootstrap(app: App, environment: string, settings: Environment): void {
  const { state } = settings;
  if (state.backend !== 'own') return;
  const replica = new StateReplicaStack(app, `${environment}-bootstrap-replica`, settings, state);
  new BootstrapStack(app, `${environment}-bootstrap`, settings, state, replica);
}

function composeRegion(app: App, deployment: Deployment, global: GlobalStack, home?: AppStack): EdgeRegion {
  const name = (stack: string): string => `${deployment.environment}-${deployment.region}-${stack}`;
  const network = new NetworkStack(app, name('network'), deployment);
  const data = new DataStack(app, name('data'), deployment, network);
  const image = new ImageStack(app, name('image'), deployment, { network, data });
  const appStack = new AppStack(app, name('app'), deployment, { global, network, image, data, home });
  const observability = new ObservabilityStack(app, name('observability'), deployment, {
    global,
    network,
    data,
    app: appStack,
  });
  return { deployment, data, app: appStack, observability };
}
