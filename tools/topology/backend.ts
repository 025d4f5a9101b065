import path from 'node:path';
import { isObject } from './json';
import type { Backend, JsonObject } from './types';

/** The state that a stack's own `terraform.backend` block names; undefined if it has none. */
export function backendOf(document: JsonObject, folder: string): Backend | undefined {
  const terraform = isObject(document.terraform) ? document.terraform : {};
  const [entry] = Object.entries(isObject(terraform.backend) ? terraform.backend : {});
  if (!entry) return undefined;
  const [type, config] = entry;
  return backendFrom(type, isObject(config) ? config : {}, folder);
}

/** The state that a `terraform_remote_state` data source of a stack in `folder` reads. */
export function backendFrom(type: string, config: JsonObject, folder: string): Backend {
  return { type, identity: `${type}:${identityOf(type, config, folder)}` };
}

function identityOf(type: string, config: JsonObject, folder: string): string {
  if (type === 'local') {
    const file = String(config.path ?? 'terraform.tfstate').replace('${path.module}', '.');
    return path.resolve(folder, file);
  }
  if (type === 's3') return `${String(config.bucket)}/${String(config.key)}`;
  return JSON.stringify(config);
}
