import { actionLines, failOpenName, matchLines } from './rules';
import type { BalancerPlan, ListenerPlan, TargetGroupPlan, TargetPlan } from './plan';
import { globalSection, quote } from './server';

export interface BalancerSettings {
  /** Added to every listener's port: 443 listens on 8443. 0 needs the right to use low ports. */
  readonly portOffset: number;
  /** Loopback address that the listeners are on. */
  readonly host: string;
  /** Certificate with its key, for HTTPS listeners. */
  readonly tlsBundle: string;
}

const ALGORITHMS = {
  round_robin: 'roundrobin',
  least_outstanding_requests: 'leastconn',
  weighted_random: 'random',
} as const;

/** Parameters of a server line, the same whether it stands in the file or is added while HAProxy runs. */
export function serverParameters(group: TargetGroupPlan): string {
  const { interval, healthyThreshold, unhealthyThreshold, port } = group.healthCheck;
  const checkPort = port === 'traffic-port' ? '' : ` port ${port}`;
  return `check${checkPort} inter ${interval}s fall ${unhealthyThreshold} rise ${healthyThreshold}`;
}

function backend(group: TargetGroupPlan, targets: readonly TargetPlan[]): string[] {
  const { path, timeout, matcher } = group.healthCheck;
  return [
    `backend ${group.name}`,
    `  balance ${ALGORITHMS[group.algorithm]}`,
    '  option httpchk',
    `  http-check send meth GET uri ${quote(path)} ver HTTP/1.1 hdr Host health-check hdr User-Agent ELB-HealthChecker/2.0`,
    `  http-check expect status ${matcher}`,
    `  timeout check ${timeout}s`,
    ...(group.stickySeconds === undefined
      ? []
      : [
          `  cookie AWSALB insert indirect nocache maxlife ${group.stickySeconds}s dynamic`,
          '  dynamic-cookie-key tiers',
        ]),
    ...targets.map(
      (target) => `  server ${target.name} ${target.host}:${target.port} ${serverParameters(group)}`,
    ),
    // With no healthy target all of them get requests: an Application Load Balancer fails open.
    `backend ${failOpenName(group.name)}`,
    `  balance ${ALGORITHMS[group.algorithm]}`,
    ...targets.map((target) => `  server ${target.name} ${target.host}:${target.port}`),
  ];
}

function frontend(listener: ListenerPlan, settings: BalancerSettings): string[] {
  const secure = listener.protocol === 'HTTPS';
  const port = listener.port + settings.portOffset;
  const tls = secure ? ` ssl crt ${settings.tlsBundle} alpn h2,http/1.1` : '';
  const rules = [...listener.rules].sort((a, b) => a.priority - b.priority);
  const acts = rules.flatMap((rule) =>
    actionLines(rule.action, `{ var(txn.rule) -m int ${rule.priority} }`, secure, settings.portOffset),
  );
  const byDefault = actionLines(listener.defaultAction, '', secure, settings.portOffset);
  const undecided = '!{ var(txn.rule) -m found }';
  const fallback = byDefault.map((line) => {
    if (rules.length === 0) return line;
    return line.includes(' if ') ? `${line} ${undecided}` : `${line} if ${undecided}`;
  });
  const lines = [...acts, ...fallback];
  return [
    `frontend port-${listener.port}`,
    `  bind ${settings.host}:${port}${tls}`,
    ...matchLines(listener.rules).map((line) => `  ${line}`),
    // One X-Forwarded-For list, the client's address at its end, as the balancer writes it.
    '  http-request set-header X-Forwarded-For "%[req.fhdr(x-forwarded-for)], %[src]" if { req.fhdr(x-forwarded-for) -m found }',
    '  http-request set-header X-Forwarded-For %[src] if !{ req.fhdr(x-forwarded-for) -m found }',
    `  http-request set-header X-Forwarded-Proto ${secure ? 'https' : 'http'}`,
    `  http-request set-header X-Forwarded-Port ${port}`,
    // HAProxy wants every rule on requests before the choice of a backend.
    ...lines.filter((line) => line.startsWith('http-request')).map((line) => `  ${line}`),
    ...lines.filter((line) => !line.startsWith('http-request')).map((line) => `  ${line}`),
  ];
}

/**
 * The configuration of one load balancer with its present targets.
 * A known difference from an Application Load Balancer: it refuses malformed headers with 400 instead of dropping them.
 */
export function balancerConfig(
  plan: BalancerPlan,
  settings: BalancerSettings,
  targets: ReadonlyMap<string, readonly TargetPlan[]>,
  socket: string,
): string {
  const idle = `${plan.idleTimeout}s`;
  return `${[
    ...globalSection(socket),
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    `  timeout client ${idle}`,
    `  timeout server ${idle}`,
    `  timeout http-keep-alive ${idle}`,
    `  timeout http-request ${idle}`,
    // A failed target is not retried: neither does the real one.
    '  retries 0',
    ...plan.listeners.flatMap((listener) => frontend(listener, settings)),
    ...plan.targetGroups.flatMap((group) => backend(group, targets.get(group.name) ?? [])),
  ].join('\n')}\n`;
}
