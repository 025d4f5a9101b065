import pc from 'picocolors';
import type { Finding } from '../topology';
import { STANDING_DIFFERENCES, type MissingPart } from './coverage';
import { describe } from './preflight';
import { TIERS, type RunningPart, type Twin } from './twin';

/** What the plan has and the twin has not: by what is missing, then by type, with every address. */
export function missingText(parts: readonly MissingPart[]): string {
  const lines = parts.flatMap(({ missing, resources }) => {
    const types = new Map<string, string[]>();
    for (const { type, stack, name } of resources)
      types.set(type, [...(types.get(type) ?? []), `${stack}:${name}`]);
    return [
      `  ${missing}`,
      ...[...types].map(([type, names]) => pc.dim(`    ${type} (${names.length}): ${names.join(', ')}`)),
    ];
  });
  return [pc.bold('In the plan, without a stand-in here:'), ...lines].join('\n');
}

export function differencesText(differences: readonly string[]): string {
  const lines = [...differences, ...STANDING_DIFFERENCES].map((line) => `  ${line}`);
  return [pc.bold('Different from the plan:'), ...lines].join('\n');
}

export function warningsText(warnings: readonly Finding[]): string {
  return [
    pc.bold('Warnings of the checks before start:'),
    ...warnings.map((warning) => `  ${describe(warning)}`),
  ].join('\n');
}

function partLines(parts: readonly RunningPart[]): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return TIERS.flatMap((tier) => {
    const own = parts.filter((part) => part.tier === tier);
    return own.length === 0
      ? []
      : [pc.bold(`  ${tier}`), ...own.map(({ name, address }) => `    ${name.padEnd(width)}  ${address}`)];
  });
}

/** What is printed once everything runs. */
export function runningText(twin: Twin, seconds: number): string {
  const { settings, authority, supervisor } = twin.context;
  return [
    '',
    ...partLines(twin.parts),
    '',
    `${pc.bold('Site')}         ${pc.green(twin.site)}   (serving after ${seconds.toFixed(1)} s)`,
    `${pc.bold('API')}          ${twin.balancers.site}`,
    `${pc.bold('Certificate')}  signed by ${authority.file}; trust it, or accept the browser's warning`,
    `${pc.bold('Logs')}         ${supervisor.logFolder}   events: ${settings.runFolder}/events.jsonl`,
    `${pc.bold('Stop')}         Ctrl-C here, or: kill ${process.pid}`,
    '',
  ].join('\n');
}
