import { existsSync, statSync } from 'node:fs';
import { compare } from './compare';
import { readInventory } from './inventory';
import { readRecord } from './record';
import type { Finding, Inventory, Severity } from './types';

export interface CompareOptions {
  /** An output directory of cdktf, or a record of a release (a JSON file). */
  readonly before: string;
  readonly after: string;
  /** Environment to look at; default: all. */
  readonly environment?: string;
  readonly json: boolean;
}

const HEADINGS: Readonly<Record<Severity, string>> = {
  loss: 'lost',
  refused: 'refused',
  step: 'to know',
};

/** Prints what happens to everything that holds data. @throws where something is lost or refused */
export function runCompare({ before, after, environment, json }: CompareOptions): void {
  const [was, is] = [before, after].map((where) => load(where, environment)) as [Inventory, Inventory];
  const findings = compare(was, is);
  const count = Object.values(was.stacks).flatMap(({ holders }) => holders).length;
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : `${describe(findings, count)}\n`);
  const bad = findings.filter(({ severity }) => severity !== 'step');
  if (bad.length > 0)
    throw new Error(
      `${bad.length} of ${count} resources that hold data would be lost or are refused; nothing should be applied`,
    );
}

export function describe(findings: readonly Finding[], count: number): string {
  const lines = (['loss', 'refused', 'step'] as const).flatMap((severity) =>
    findings
      .filter((finding) => finding.severity === severity)
      .map(({ address, message }) => `${HEADINGS[severity]}: ${address}: ${message}`),
  );
  const summary = `${count} resources hold data before: ${
    lines.length === 0 ? 'all stay as they are' : `${lines.length} to look at`
  }`;
  return [...lines, summary].join('\n');
}

function load(where: string, environment: string | undefined): Inventory {
  if (!existsSync(where))
    throw new Error(`${where}: not there; give an output directory of npm run synth, or a file of releases/`);
  return statSync(where).isDirectory() ? readInventory(where, environment) : readRecord(where, environment);
}
