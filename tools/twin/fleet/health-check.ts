import { Agent, fetch } from 'undici';
import { show, type Address } from '../address-plan';
import type { HealthCheckPlan } from '../haproxy/plan';

/** Whether a status is within a matcher: `200`, `200,202`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to] = part.trim().split('-').map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}

const agent = new Agent({ keepAliveTimeout: 1, pipelining: 0 });

/** One health check, as the balancer makes it; undefined if it passed, else what came instead. */
export async function checkHealth(target: Address, check: HealthCheckPlan): Promise<string | undefined> {
  const address = check.port === 'traffic-port' ? target : { host: target.host, port: check.port };
  const what = `GET ${check.path} at ${show(address)}`;
  try {
    const response = await fetch(`http://${show(address)}${check.path}`, {
      dispatcher: agent,
      redirect: 'manual',
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      signal: AbortSignal.timeout(check.timeout * 1000),
    });
    await response.arrayBuffer();
    if (matches(check.matcher, response.status)) return undefined;
    return `${what} answered ${response.status}, the matcher is ${check.matcher}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `${what}: ${cause instanceof Error ? cause.message || cause.name : String(cause)}`;
  }
}
