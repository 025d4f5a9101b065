import { App } from 'cdktf';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDeployments, type Selection } from '../../deployments/load';
import { skipTokenTraces } from '../../lib/token-traces';
import { compose } from '../../stacks/compose';
import type { Synthesized } from '../support/synth';

/** The text of every stack's cdk.tf.json, by stack, as main.ts would write it. */
export function synthesizeAll(selections: readonly Selection[]): Record<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'tiers-synth-'));
  try {
    skipTokenTraces();
    const app = new App({ outdir });
    compose(app, selections);
    app.synth();
    const stacks = readdirSync(join(outdir, 'stacks')).sort();
    return Object.fromEntries(
      stacks.map((stack) => [stack, readFileSync(join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')]),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/**
 * The stacks of an environment with its home region alone, parsed: what is pinned of them stays when a region is added.
 * What further regions add and leave alone is held by test/region.
 */
export function synthesizeHome(environment: string): Record<string, Synthesized> {
  const [{ regions }] = loadDeployments([environment]) as [Selection];
  const home = regions[0]!;
  return parseAll(synthesizeAll([{ environment, regions: [home], chosen: [home.region] }]));
}

/** Synthesizes every environment with its home region alone into a folder, as main.ts would write it, and returns it. */
export function synthesizeHomesTo(outdir: string): string {
  skipTokenTraces();
  const app = new App({ outdir });
  const homes = loadDeployments([]).map(({ environment, regions: [home] }): Selection => {
    return { environment, regions: [home!], chosen: [home!.region] };
  });
  compose(app, homes);
  app.synth();
  return outdir;
}

/** The stacks of the named deployments, parsed. */
export function synthesizeNamed(...names: string[]): Record<string, Synthesized> {
  return parseAll(synthesizeAll(loadDeployments(names)));
}

export function parseAll(texts: Record<string, string>): Record<string, Synthesized> {
  return Object.fromEntries(
    Object.entries(texts).map(([stack, text]) => [stack, JSON.parse(text) as Synthesized]),
  );
}
