import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import local from '../../deployments/local';
import { defaults as productionDefaults } from '../../deployments/production/defaults';
import production from '../../deployments/production/us-east-1';
import { defaults as stagingDefaults } from '../../deployments/staging/defaults';
import staging from '../../deployments/staging/us-east-1';
import type { RegionDefaults } from '../../deployments/schema';
import { ConfigurationError } from '../../lib/errors';

/** Modules below a folder for deployments: what each exports, by its path without an ending. */
export type Modules = Readonly<Record<string, { readonly default?: unknown; readonly defaults?: unknown }>>;

const OWN: Modules = {
  local: { default: local },
  'production/defaults': { defaults: productionDefaults },
  'production/us-east-1': { default: production },
  'staging/defaults': { defaults: stagingDefaults },
  'staging/us-east-1': { default: staging },
};

/** Folders for deployments with the environments of this repository, each with its home region alone. */
export class Folders {
  private readonly made: string[] = [];

  make(more: Modules = {}): string {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-regions-'));
    this.made.push(folder);
    for (const [name, exported] of Object.entries({ ...OWN, ...more })) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      const lines = Object.entries(exported).map(
        ([key, value]) => `exports.${key} = ${JSON.stringify(value)};\n`,
      );
      writeFileSync(join(folder, `${name}.ts`), lines.join(''));
    }
    return folder;
  }

  remove(): void {
    for (const folder of this.made) rmSync(folder, { recursive: true });
  }
}

/** A region of production at a block. */
export function at(region: string, cidr: string, letters = 'abc', continent = 'NA'): { default: unknown } {
  const zones = [...letters].map((letter) => region + letter);
  const backupCopies = { region: region === 'us-west-2' ? 'us-east-1' : 'us-west-2' };
  // Blocks of one private range follow each other in their second byte.
  const datacenter = Number(cidr.split('.')[1]) % 16;
  return { default: { ...production, region, zones, cidr, continent, backupCopies, datacenter } };
}

export function withDefaults(changed: Partial<RegionDefaults>): Modules {
  return { 'production/defaults': { defaults: { ...productionDefaults, ...changed } } };
}

/** The message that something is refused with. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}
