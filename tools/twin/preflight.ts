import { join } from 'node:path';
import type { Finding, Graph } from '../topology';
import { preflight, readServiceNeeds } from '../topology/preflight';

/** Raised when the plan itself would keep the deployment from working. */
export class PreflightError extends Error {
  constructor(readonly findings: readonly Finding[]) {
    const lines = findings.map((finding) => `  ${describe(finding)}`);
    super(`The plan does not allow what it is for; nothing was started.\n${lines.join('\n')}`);
    this.name = 'PreflightError';
  }
}

export function describe(finding: Finding): string {
  return `${finding.address}: ${finding.message}\n    fix: ${finding.fix}`;
}

/** Checks policies, security groups and balancing of the plan; returns the warnings. @throws PreflightError */
export function checkPlan(graph: Graph, projectFolder: string): Finding[] {
  const needs = readServiceNeeds(join(projectFolder, 'service', 'permissions.json'));
  const findings = preflight(graph, needs);
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) throw new PreflightError(errors);
  return findings;
}
