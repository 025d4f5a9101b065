import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../topology';
import type { WholePlan } from './merge';

/** Terraform reads it as a document in JSON by the ending of its name. */
const FILE = 'main.tf.json';

/**
 * Writes the root module to `folder` and each stack's module below it. Modules of an earlier time go; what Terraform
 * itself keeps there stays, so that providers are not loaded again.
 */
export function writeWholePlan({ root, modules }: WholePlan, folder: string): void {
  for (const [name, document] of modules) {
    rmSync(path.join(folder, name), { recursive: true, force: true });
    write(path.join(folder, name), document);
  }
  write(folder, root);
}

function write(folder: string, document: JsonObject): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, FILE), `${JSON.stringify(document, null, 2)}\n`);
}
