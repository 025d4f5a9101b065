import { Agent, request } from 'undici';
import { show, type Address } from '../address-plan';
import type { HealthCheckPlan } from '../haproxy/plan';

/** Whether a status is within a matcher: `200`, `200,202`, `200-299`. */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to] = part.trim().split('-').map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}

// A connection of its own for each check, as the balancer makes it.
const agent = new Agent({ pipelining: 0 });

export interface HealthResult {
  readonly passed: boolean;
  /** Whether an HTTP answer came at all. */
  readonly answered: boolean;
  /** What was asked, where, and what came. */
  readonly description: string;
}

/** One health check, as the balancer makes it. */
export async function checkHealth(target: Address, check: HealthCheckPlan): Promise<HealthResult> {
  const address = check.port === 'traffic-port' ? target : { host: target.host, port: check.port };
  const what = `GET ${check.path} at ${show(address)}`;
  try {
    const response = await request(`http://${show(address)}${check.path}`, {
      dispatcher: agent,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      signal: AbortSignal.timeout(check.timeout * 1000),
    });
    await response.body.dump();
    return {
      passed: matches(check.matcher, response.statusCode),
      answered: true,
      description: `${what} answered ${response.statusCode}, the matcher is ${check.matcher}`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { passed: false, answered: false, description: `${what}: ${reason}` };
  }
}
