import type { BehaviourPlan, CdnPlan } from './plan';
import { backendName, text } from './vcl-text';

/** Media types that CloudFront compresses (Amazon CloudFront Developer Guide, "Serve compressed files"), in the main. */
const COMPRESSIBLE =
  '^(text/|application/(javascript|json|manifest\\+json|wasm|xml|xhtml\\+xml|rss\\+xml)|image/svg\\+xml|font/(ttf|otf))';

const within = (index: number, lines: readonly string[]): string[] => [
  `if (bereq.http.x-cdn-behaviour == "${index}") {`,
  ...lines.map((line) => `  ${line}`),
  '}',
];

/** Which origin is asked: the first, and after it the second. */
function asking(plan: CdnPlan, { origins }: BehaviourPlan): string[] {
  return origins.flatMap((id, member) => {
    const { host, prefix } = plan.origins.find((origin) => origin.id === id)!;
    return [
      `if (bereq.http.x-cdn-member == "${member + 1}") {`,
      `  set bereq.backend = ${backendName(plan, id)};`,
      `  set bereq.http.host = ${text(host)};`,
      `  set bereq.url = ${text(prefix)} + bereq.http.x-cdn-url;`,
      '}',
    ];
  });
}

/** The next attempt where an origin can't be reached, before it goes to the second origin. */
function again(plan: CdnPlan, { origins }: BehaviourPlan): string[] {
  const attempts = origins.map((id) => plan.origins.find((origin) => origin.id === id)!.connectAttempts);
  return attempts.flatMap((count, member) => [
    `if (bereq.http.x-cdn-member == "${member + 1}") {`,
    `  if (std.integer(bereq.http.x-cdn-tried, 1) < ${count}) {`,
    '    set bereq.http.x-cdn-tried = std.integer(bereq.http.x-cdn-tried, 1) + 1;',
    '    return (retry);',
    '  }',
    ...(member + 1 < attempts.length ? ['  call next_origin;', '  return (retry);'] : []),
    '}',
  ]);
}

function failover({ origins, failover: statuses }: BehaviourPlan): string[] {
  if (origins.length === 1 || statuses.length === 0) return [];
  return [
    // Only these methods are asked of a second origin; Varnish asks for HEAD by GET.
    `if (bereq.http.x-cdn-member == "1" && bereq.method ~ "^(GET|HEAD|OPTIONS)$" && (${statuses.map((status) => `beresp.status == ${status}`).join(' || ')})) {`,
    '  call next_origin;',
    '  return (retry);',
    '}',
  ];
}

/** How long an answer is kept: what the origin says, within the limits of the policy. */
function keeping({ cache: { minTtl, defaultTtl, maxTtl }, compress }: BehaviourPlan): string[] {
  return [
    'if (beresp.http.cache-control ~ "(?i)no-store|no-cache|private") {',
    `  set beresp.ttl = ${minTtl}s;`,
    '  set beresp.http.x-cdn-while = "0s";',
    '  set beresp.http.x-cdn-error = "0s";',
    '} else if (beresp.http.cache-control !~ "(?i)(s-maxage|max-age)=" && !beresp.http.expires) {',
    `  set beresp.ttl = ${Math.max(defaultTtl, minTtl)}s;`,
    '}',
    `if (beresp.ttl > ${maxTtl}s) { set beresp.ttl = ${maxTtl}s; }`,
    `if (beresp.ttl < ${minTtl}s) { set beresp.ttl = ${minTtl}s; }`,
    // What is older than the policy's most is served to nobody, not in place of an error either.
    `if (beresp.ttl + beresp.grace > ${maxTtl}s) { set beresp.grace = ${maxTtl}s - beresp.ttl; }`,
    ...(compress
      ? [`if (beresp.http.content-type ~ ${text(COMPRESSIBLE)}) { set beresp.do_gzip = true; }`]
      : []),
  ];
}

const seconds = (directive: string, header: string): string[] => [
  `set beresp.http.${header} = "0s";`,
  `if (beresp.http.cache-control ~ "(?i)${directive}=[0-9]+") {`,
  `  set beresp.http.${header} = regsub(beresp.http.cache-control, "(?i)^.*${directive}=([0-9]+).*$", "\\1s");`,
  '}',
];

const each = (plan: CdnPlan, lines: (behaviour: BehaviourPlan) => readonly string[]): string[] =>
  plan.behaviours.flatMap((behaviour, index) => within(index, lines(behaviour)));

/** What is asked of origins, and what is kept of their answers. */
export function storing(plan: CdnPlan): string[] {
  const parts: [string, readonly string[]][] = [
    ['next_origin', ['set bereq.http.x-cdn-member = "2";', 'set bereq.http.x-cdn-tried = "1";']],
    [
      'vcl_backend_fetch',
      [
        'if (!bereq.http.x-cdn-member) { set bereq.http.x-cdn-member = "1"; }',
        'set bereq.http.user-agent = "Amazon CloudFront";',
        ...each(plan, (behaviour) => asking(plan, behaviour)),
        'return (fetch);',
      ],
    ],
    [
      'vcl_backend_response',
      [
        ...each(plan, failover),
        // An answer that failed must not take the place of one that did not.
        'if (beresp.status >= 500 && (bereq.is_bgfetch || bereq.http.x-cdn-had-stale)) { return (abandon); }',
        'set beresp.http.x-cdn-url = bereq.http.x-cdn-url;',
        ...seconds('stale-while-revalidate', 'x-cdn-while'),
        ...seconds('stale-if-error', 'x-cdn-error'),
        'set beresp.grace = std.duration(beresp.http.x-cdn-error, 0s);',
        'if (std.duration(beresp.http.x-cdn-while, 0s) > beresp.grace) { set beresp.grace = std.duration(beresp.http.x-cdn-while, 0s); }',
        'unset beresp.http.x-cdn-refreshed;',
        'if (beresp.was_304) { set beresp.http.x-cdn-refreshed = "1"; }',
        ...each(plan, keeping),
        'if (beresp.status >= 400) {',
        '  set beresp.grace = 0s;',
        '  if (beresp.http.cache-control !~ "(?i)(s-maxage|max-age)=") { set beresp.ttl = 0s; }',
        ...[...plan.errorSeconds].map(
          ([status, least]) =>
            `  if (beresp.status == ${status} && beresp.ttl < ${least}s) { set beresp.ttl = ${least}s; }`,
        ),
        '}',
        'if (beresp.ttl <= 0s && beresp.grace <= 0s) { set beresp.uncacheable = true; set beresp.ttl = 0s; }',
        'return (deliver);',
      ],
    ],
    [
      'vcl_backend_error',
      [
        ...each(plan, (behaviour) => again(plan, behaviour)),
        'if (bereq.is_bgfetch || bereq.http.x-cdn-had-stale) { return (abandon); }',
        'set beresp.status = 502;',
        'set beresp.reason = "Bad Gateway";',
        'set beresp.http.content-type = "text/plain";',
        'set beresp.http.x-cdn-url = bereq.http.x-cdn-url;',
        'set beresp.body = "The origin could not be reached.";',
        'set beresp.grace = 0s;',
        `set beresp.ttl = ${plan.errorSeconds.get(502) ?? 10}s;`,
        'return (deliver);',
      ],
    ],
  ];
  return parts.flatMap(([name, lines]) => [`sub ${name} {`, ...lines.map((line) => `  ${line}`), '}']);
}
