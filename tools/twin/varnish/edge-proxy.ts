import type { Address } from '../address-plan';
import { globalSection, quote } from '../haproxy/server';

/** The check that takes a name away from the distribution; times in seconds. */
export interface FailoverCheck {
  readonly path: string;
  readonly interval: number;
  /** Checks in a row that decide. */
  readonly threshold: number;
}

export interface EdgeProxyPlan {
  /** Loopback address that viewers reach. */
  readonly host: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly tlsBundle: string;
  /** Where viewers are sent from HTTP. */
  readonly origin: string;
  readonly varnish: Address;
  /** Names of the keys' headers; what is neither here nor needed by HTTP itself is not let in. */
  readonly headers: readonly string[];
  /** Where Varnish, which speaks no TLS, reaches the balancer. */
  readonly outward: Address;
  readonly balancer: Address;
  /** Name on the balancer's certificate, and the authority that signed it. */
  readonly balancerName: string;
  readonly caFile: string;
  /** Of the failover record of the page's name; without one, nothing takes the place of the distribution. */
  readonly check?: FailoverCheck;
}

/** Headers that CloudFront acts on itself or passes on whatever the key is. */
const OWN_HEADERS = [
  ...['host', 'cookie', 'accept-encoding', 'content-length', 'transfer-encoding', 'connection', 'upgrade'],
  ...['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range'],
  ...['cache-control', 'x-forwarded-for', 'x-cdn-protocol', 'x-cdn-secure'],
];

function frontend(plan: EdgeProxyPlan, protocol: 'http' | 'https'): string[] {
  const port = protocol === 'https' ? plan.httpsPort : plan.httpPort;
  const tls = protocol === 'https' ? ` ssl crt ${plan.tlsBundle} alpn h2,http/1.1` : '';
  const kept = [...OWN_HEADERS, ...plan.headers.map((name) => name.toLowerCase())].join('|');
  const rules = [
    'http-request deny deny_status 403 if { method PURGE }',
    'http-request set-header X-Forwarded-For %[src]',
    `http-request set-header x-cdn-protocol ${protocol}`,
    `http-request set-header x-cdn-secure ${quote(plan.origin)}`,
    `http-request del-header ${quote(`^(?!(?:${kept})$)`)} -m reg`,
  ];
  if (!plan.check) {
    return [
      `frontend ${protocol}`,
      `  bind ${plan.host}:${port}${tls}`,
      ...rules.map((rule) => `  ${rule}`),
      '  default_backend varnish',
    ];
  }
  return [
    `frontend ${protocol}`,
    `  bind ${plan.host}:${port}${tls}`,
    // Asked once, before anything is taken from the request: the balancer gets all of it.
    '  http-request set-var(txn.cdn) nbsrv(varnish)',
    ...rules.map((rule) => `  ${rule}${rule.includes(' if ') ? '' : ' if { var(txn.cdn) -m int gt 0 }'}`),
    '  use_backend varnish if { var(txn.cdn) -m int gt 0 }',
    '  default_backend balancer',
  ];
}

/**
 * What stands around Varnish: TLS for viewers, which CloudFront ends itself; the way to origins by TLS; and, for the failover record of
 * the page's name, the balancer in its place while its health check fails.
 */
export function edgeProxy(plan: EdgeProxyPlan, socket: string): string {
  const { varnish, outward, balancer, check } = plan;
  const probe = check
    ? ` check inter ${check.interval}s fall ${check.threshold} rise ${check.threshold}`
    : '';
  return `${[
    ...globalSection(socket),
    'defaults',
    '  mode http',
    '  timeout connect 2s',
    '  timeout client 60s',
    '  timeout server 60s',
    '  timeout http-request 30s',
    '  retries 0',
    ...frontend(plan, 'https'),
    ...frontend(plan, 'http'),
    'frontend outward',
    `  bind ${outward.host}:${outward.port}`,
    '  http-request del-header x-cdn- -m beg',
    '  default_backend balancer',
    'backend varnish',
    ...(check
      ? [
          '  option httpchk',
          `  http-check send meth GET uri ${quote(check.path)} ver HTTP/1.1 hdr Host health-check hdr x-cdn-protocol https`,
          // "How Amazon Route 53 determines whether a health check is healthy": 2xx and 3xx.
          '  http-check expect status 200-399',
        ]
      : []),
    `  server varnish ${varnish.host}:${varnish.port}${probe}`,
    'backend balancer',
    `  server balancer ${balancer.host}:${balancer.port} ssl verify required ca-file ${plan.caFile} sni str(${plan.balancerName}) verifyhost ${plan.balancerName}`,
  ].join('\n')}\n`;
}
