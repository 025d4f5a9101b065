import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { backendOf } from './backend';
import { asList, isList, isObject, json } from './json';
import type { JsonObject, Stack } from './types';

const documentSchema: z.ZodType<JsonObject> = z.record(z.string(), json);

const manifestSchema = z.object({
  version: z.string(),
  stacks: z.record(
    z.string(),
    z.object({
      name: z.string(),
      dependencies: z.array(z.string()),
      synthesizedStackPath: z.string(),
      workingDirectory: z.string(),
    }),
  ),
});

/** The layout of the manifest that is known to be read right; cdktf 0.20 and 0.21 write it. */
const MANIFEST_VERSIONS = /^0\.(20|21)\./;
const NO_ACCOUNT = '000000000000';

/**
 * Reads the synthesized stacks below `outdir` (cdktf's output directory), in deployment order.
 * Throws where there is no synthesis, the manifest is of another version, or a stack's document is no JSON object.
 *
 * @param filter names the stacks to read; all of them by default
 */
export function readStacks(outdir: string, filter: (stackName: string) => boolean = () => true): Stack[] {
  const file = path.join(outdir, 'manifest.json');
  if (!existsSync(file)) throw new Error(`${file}: there is no synthesis here; run npm run synth first`);
  const manifest = manifestSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!manifest.success)
    throw new Error(`${file}: not a manifest of cdktf: ${z.prettifyError(manifest.error)}`);
  if (!MANIFEST_VERSIONS.test(manifest.data.version))
    throw new Error(
      `${file}: written by cdktf ${manifest.data.version}; 0.20 and 0.21 are read, synthesize with the pinned version`,
    );
  const stacks = Object.values(manifest.data.stacks)
    .filter((entry) => filter(entry.name))
    .map((entry) => readStack(outdir, entry));
  return inDeploymentOrder(stacks);
}

interface ManifestEntry {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly synthesizedStackPath: string;
  readonly workingDirectory: string;
}

function readStack(outdir: string, entry: ManifestEntry): Stack {
  const file = path.resolve(outdir, entry.synthesizedStackPath);
  const folder = path.resolve(outdir, entry.workingDirectory);
  const parsed = documentSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: not a Terraform document in JSON: an object is expected`);
  return stackOf(entry.name, folder, entry.dependencies, parsed.data);
}

/** A stack of an already parsed document; `folder` is where Terraform would run, for relative state paths. */
export function stackOf(
  name: string,
  folder: string,
  dependencies: readonly string[],
  document: JsonObject,
): Stack {
  const provider = defaultProvider(document);
  const accounts = provider?.allowed_account_ids;
  const account = isList(accounts) ? accounts[0] : undefined;
  return {
    name,
    folder,
    dependencies,
    region: typeof provider?.region === 'string' ? provider.region : 'us-east-1',
    account: typeof account === 'string' ? account : NO_ACCOUNT,
    backend: backendOf(document, folder),
    document,
  };
}

function defaultProvider(document: JsonObject): JsonObject | undefined {
  return awsProviders(document).find((provider) => provider.alias === undefined);
}

/** Configurations of the aws provider; cdktf writes a list even for one. */
export function awsProviders(document: JsonObject): JsonObject[] {
  const aws = isObject(document.provider) ? document.provider.aws : undefined;
  return asList(aws).filter(isObject);
}

/** Dependencies first, and by name among equals, so that the order does not hang on the manifest's. */
function inDeploymentOrder(stacks: readonly Stack[]): Stack[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const ordered = new Set<Stack>();
  const visit = (stack: Stack, above: readonly string[]): void => {
    if (above.includes(stack.name))
      throw new Error(
        `${stack.name}: depends on itself through ${above.join(' -> ')}; break the circle of stacks`,
      );
    for (const name of [...stack.dependencies].sort()) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency, [...above, stack.name]);
    }
    ordered.add(stack);
  };
  for (const name of [...byName.keys()].sort()) {
    const stack = byName.get(name);
    if (stack) visit(stack, []);
  }
  return [...ordered];
}
