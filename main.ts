import { App, TerraformStack } from 'cdktf';
import { loadDeployments } from './deployments/load';
import { ConfigurationError } from './lib/errors';
import { removeStaleStacks } from './lib/stale-stacks';
import { skipTokenTraces } from './lib/token-traces';
import { compose } from './stacks/compose';

/**
 * Synthesizes the deployments named on the command line, or in TIERS_DEPLOYMENTS (comma separated) where the cdktf
 * command line runs this file; all of them when none is named.
 */
function main(): void {
  const named = process.argv.slice(2);
  const fromEnvironment = process.env.TIERS_DEPLOYMENTS?.split(',').filter(Boolean) ?? [];
  const deployments = loadDeployments(named.length > 0 ? named : fromEnvironment);
  skipTokenTraces();
  const app = new App();
  compose(app, deployments);
  app.synth();
  const written = app.node.children
    .filter((child) => TerraformStack.isStack(child))
    .map(({ node }) => node.id);
  removeStaleStacks(app.outdir, written);
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`Nothing was synthesized.\n${error.message}`);
  process.exitCode = 1;
}
