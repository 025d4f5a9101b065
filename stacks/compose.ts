import { App, TerraformStack } from 'cdktf';
import type { Selection } from '../deployments/load';
import type { Deployment, Environment } from '../deployments/schema';
import { lineageOf, writerOf } from '../deployments/writer';
import type { Lineage } from '../lib/lineage';
import { AppStack } from './app-stack';
import { BootstrapStack, StateReplicaStack } from './bootstrap-stack';
import { DataStack } from './data-stack';
import { EdgeStack, type EdgeRegion } from './edge-stack';
import { GlobalStack } from './global-stack';
import { ImageStack } from './image-stack';
import { LinksStack, type LinkedRegion } from './links-stack';
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
  const lineage = lineageOf(regions);
  const atHome = composeRegion(app, home, { global, lineage });
  const elsewhere = others.map((deployment) =>
    composeRegion(app, deployment, { global, lineage, home: atHome.app }),
  );
  follow([atHome, ...elsewhere], writerOf(first));
  const edge = new EdgeStack(app, `${environment}-edge`, global, [atHome, ...elsewhere]);
  const links = elsewhere.length > 0 ? [linkRegions(app, atHome, elsewhere, edge)] : [];

  if (chosen.length === regions.length) return;
  // What one stack hands to another is settled while all of them are there: a region written alone is the same as one
  // written with the others. Then those that were not asked for leave; edge and links know all regions and leave too.
  const all = app.node.children.filter((child) => TerraformStack.isStack(child));
  for (const stack of all) stack.prepareStack();
  for (const { node } of [edge, ...links]) app.node.tryRemoveChild(node.id);
  for (const { region } of regions) {
    if (chosen.includes(region)) continue;
    for (const { node } of all)
      if (node.id.startsWith(`${environment}-${region}-`)) app.node.tryRemoveChild(node.id);
  }
  // A stack that left is applied by somebody else, and the command line knows nothing of it.
  for (const stack of all)
    stack.dependencies = stack.dependencies.filter(({ node }) => app.node.tryFindChild(node.id));
}

/** A copy is made of what is there: the data of readers comes after the writer's. */
function follow(regions: readonly EdgeRegion[], writerRegion: string): void {
  const writer = regions.find(({ deployment }) => deployment.region === writerRegion)!;
  for (const reader of regions) if (reader !== writer) reader.data.addDependency(writer.data);
}

/** Nothing depends on them in the plan: they are applied once, by somebody else, before everything. */
function composeBootstrap(app: App, environment: string, settings: Environment): void {
  const { state } = settings;
  if (state.backend !== 'own') return;
  const replica = new StateReplicaStack(app, `${environment}-bootstrap-replica`, settings, state);
  new BootstrapStack(app, `${environment}-bootstrap`, settings, state, replica);
}

/** What all regions of an environment are composed with. */
interface Shared {
  readonly global: GlobalStack;
  readonly lineage: Lineage;
  /** Of every region but the home itself. */
  readonly home?: AppStack;
}

function composeRegion(
  app: App,
  deployment: Deployment,
  { global, lineage, home }: Shared,
): EdgeRegion & LinkedRegion {
  const name = (stack: string): string => `${deployment.environment}-${deployment.region}-${stack}`;
  const network = new NetworkStack(app, name('network'), deployment);
  const data = new DataStack(app, name('data'), deployment, network, lineage);
  const image = new ImageStack(app, name('image'), deployment, { network, data });
  const appStack = new AppStack(app, name('app'), deployment, { global, network, image, data, home });
  const observability = new ObservabilityStack(app, name('observability'), deployment, {
    global,
    network,
    data,
    app: appStack,
  });
  return { deployment, network, data, app: appStack, observability };
}

/** After all regions, and before the edge leads anybody to a further one. */
function linkRegions(
  app: App,
  home: LinkedRegion,
  others: readonly LinkedRegion[],
  edge: EdgeStack,
): LinksStack {
  const links = new LinksStack(app, `${home.deployment.environment}-links`, home, others);
  for (const { app: regional } of [home, ...others]) links.addDependency(regional);
  edge.addDependency(links);
  return links;
}
