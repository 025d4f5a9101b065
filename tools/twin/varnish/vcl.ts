import { wildcard } from '../haproxy/rules';
import type { BehaviourPlan, CdnPlan, KeyNames, OriginPlan } from './plan';
import { backendName, oneOf, text } from './vcl-text';
import { storing } from './vcl-storing';

/** Header names of all keys, in small letters. */
export function keyHeaders(plan: CdnPlan): string[] {
  return [
    ...new Set(plan.behaviours.flatMap(({ cache }) => cache.headers.map((name) => name.toLowerCase()))),
  ];
}

function backend(plan: CdnPlan, origin: OriginPlan): string[] {
  return [
    `backend ${backendName(plan, origin.id)} {`,
    `  .host = "${origin.address.host}";`,
    `  .port = "${origin.address.port}";`,
    `  .connect_timeout = ${origin.connectTimeout}s;`,
    `  .first_byte_timeout = ${origin.readTimeout}s;`,
    `  .between_bytes_timeout = ${origin.readTimeout}s;`,
    '}',
  ];
}

function queries(names: KeyNames): string[] {
  if (names === 'all') return ['set req.http.x-cdn-kept = "&" + req.http.x-cdn-query;'];
  return [
    'set req.http.x-cdn-kept = "";',
    ...[...names]
      .sort()
      .flatMap((name) => [
        `if (req.http.x-cdn-query ~ "(^|&)${name}=") {`,
        `  set req.http.x-cdn-kept = req.http.x-cdn-kept + "&${name}=" + regsub(req.http.x-cdn-query, "^(?:.*?&)?${name}=([^&]*).*$", "\\1");`,
        '}',
      ]),
  ];
}

function cookies(names: KeyNames): string[] {
  if (names === 'all') return [];
  if (names.length === 0) return ['unset req.http.cookie;'];
  return [
    'if (req.http.cookie) {',
    '  cookie.parse(req.http.cookie);',
    `  cookie.keep("${names.join(',')}");`,
    '  set req.http.cookie = regsub(cookie.get_string(), "; *$", "");',
    '  if (req.http.cookie == "") { unset req.http.cookie; }',
    '}',
  ];
}

/** What a behaviour lets in, and what of it is in the key. */
function behaviour(plan: CdnPlan, { protocol, methods, cache }: BehaviourPlan, index: number): string[] {
  const kept = cache.headers.map((name) => name.toLowerCase());
  const http = 'if (req.http.x-cdn-protocol == "http")';
  const lines = [
    `if (req.method !~ ${oneOf(methods)}) { return (synth(403, "Method not allowed")); }`,
    ...(protocol === 'https-only' ? [`${http} { return (synth(403, "HTTPS only")); }`] : []),
    ...(protocol === 'redirect-to-https' ? [`${http} { return (synth(750, "Moved")); }`] : []),
    ...queries(cache.queries),
    'set req.url = req.http.x-cdn-path + regsub(req.http.x-cdn-kept, "^&+", "?");',
    ...cookies(cache.cookies),
    ...keyHeaders(plan)
      .filter((name) => !kept.includes(name))
      .map((name) => `unset req.http.${name};`),
  ];
  return [`sub behaviour_${index} {`, ...lines.map((line) => `  ${line}`), '}'];
}

function choice({ behaviours }: CdnPlan): string[] {
  return behaviours.flatMap(({ pattern }, index) => {
    const chosen = [`  set req.http.x-cdn-behaviour = "${index}";`, `  call behaviour_${index};`];
    if (pattern === undefined) return index === 0 ? chosen : ['else {', ...chosen, '}'];
    // A pattern matches with or without the slash at its beginning.
    const path = pattern.startsWith('/') ? pattern : `/${pattern}`;
    return [
      `${index === 0 ? 'if' : 'else if'} (req.http.x-cdn-path ~ ${text(wildcard(path))}) {`,
      ...chosen,
      '}',
    ];
  });
}

function responseHeaders({ behaviours }: CdnPlan): string[] {
  return behaviours.flatMap(({ headers }, index) => [
    `if (req.http.x-cdn-behaviour == "${index}") {`,
    ...headers.map(({ name, value, override }) => {
      const set = `set resp.http.${name} = ${text(value)};`;
      return `  ${override ? set : `if (!resp.http.${name}) { ${set} }`}`;
    }),
    '}',
  ]);
}

const INTERNAL = ['url', 'path', 'query', 'kept', 'behaviour', 'protocol', 'stale', 'fresh', 'had-stale'];
const block = (name: string, lines: readonly string[]): string[] => [
  `sub ${name} {`,
  ...lines.map((line) => `  ${line}`),
  '}',
];

/**
 * The configuration of the Varnish that stands for a distribution. An expired answer is found first with any age: within
 * stale-while-revalidate it is sent, and asked for again meanwhile; beyond it the request starts again without it, and once more with it where the
 * origin then fails within stale-if-error.
 */
export function vcl(plan: CdnPlan): string {
  return `${[
    'vcl 4.1;',
    'import std;',
    'import cookie;',
    ...plan.origins.flatMap((origin) => backend(plan, origin)),
    ...plan.behaviours.flatMap((planned, index) => behaviour(plan, planned, index)),
    ...block('vcl_recv', [
      'set req.grace = 366d;',
      'if (req.http.x-cdn-fresh && !req.http.x-cdn-stale) { set req.grace = 0s; }',
      'if (req.restarts > 0) { return (hash); }',
      ...INTERNAL.filter((name) => name !== 'protocol').map((name) => `unset req.http.x-cdn-${name};`),
      // From the twin itself only: what comes from viewers has the protocol set.
      'if (req.method == "PURGE") {',
      '  if (req.http.x-cdn-protocol) { return (synth(403, "Not allowed")); }',
      '  if (req.url ~ "\\*$") {',
      '    set req.http.x-cdn-url = "^" + regsuball(regsub(req.url, "\\*$", ""), "[][.^$*+?(){}|\\\\]", "\\\\\\0");',
      '    if (std.ban("obj.http.x-cdn-url ~ " + req.http.x-cdn-url)) { return (synth(200, "Invalidated")); }',
      '  } else if (std.ban("obj.http.x-cdn-url == " + req.url)) { return (synth(200, "Invalidated")); }',
      '  return (synth(400, "Not understood"));',
      '}',
      'set req.http.x-cdn-path = regsub(req.url, "\\?.*$", "");',
      ...(plan.rootObject === ''
        ? []
        : [`if (req.http.x-cdn-path == "/") { set req.http.x-cdn-path = ${text(`/${plan.rootObject}`)}; }`]),
      'set req.http.x-cdn-query = regsub(req.url, "^[^?]*\\??", "");',
      ...choice(plan),
      // The balancer wants the viewer's address alone, which the proxy in front has written.
      'set req.http.x-forwarded-for = regsub(req.http.x-forwarded-for, ", *[^,]*$", "");',
      'set req.http.x-cdn-url = req.url;',
      'if (req.method == "OPTIONS") { return (pass); }',
      'return (hash);',
    ]),
    ...block('vcl_hash', [
      'hash_data(req.http.x-cdn-url);',
      'if (req.http.cookie) { hash_data("cookie " + req.http.cookie); }',
      ...keyHeaders(plan).map(
        (name) => `if (req.http.${name}) { hash_data("${name} " + req.http.${name}); }`,
      ),
      'return (lookup);',
    ]),
    ...block('vcl_hit', [
      'if (obj.ttl >= 0s || req.http.x-cdn-stale) { return (deliver); }',
      'if (obj.ttl + std.duration(obj.http.x-cdn-while, 0s) > 0s) { return (deliver); }',
      'if (obj.ttl + std.duration(obj.http.x-cdn-error, 0s) > 0s) { set req.http.x-cdn-had-stale = "1"; }',
      'set req.http.x-cdn-fresh = "1";',
      'return (restart);',
    ]),
    ...storing(plan),
    ...block('vcl_deliver', [
      'if (resp.status >= 400) { set resp.http.x-cache = "Error from cloudfront"; }',
      'else if (obj.hits > 0) { set resp.http.x-cache = "Hit from cloudfront"; }',
      'else if (resp.http.x-cdn-refreshed) { set resp.http.x-cache = "RefreshHit from cloudfront"; }',
      'else { set resp.http.x-cache = "Miss from cloudfront"; }',
      ...['url', 'while', 'error', 'refreshed'].map((name) => `unset resp.http.x-cdn-${name};`),
      'unset resp.http.x-varnish;',
      'set resp.http.via = "1.1 twin.cloudfront.net (CloudFront)";',
      ...responseHeaders(plan),
      'return (deliver);',
    ]),
    ...block('vcl_synth', [
      // A fetch that was given up because it failed.
      'if (resp.status == 503 && req.http.x-cdn-had-stale && !req.http.x-cdn-stale) {',
      '  set req.http.x-cdn-stale = "1";',
      '  return (restart);',
      '}',
      'if (resp.status == 750) {',
      '  set resp.status = 301;',
      '  set resp.http.location = req.http.x-cdn-secure + req.url;',
      '}',
      'set resp.http.x-cache = "Error from cloudfront";',
      'if (resp.status == 301) { set resp.http.x-cache = "Redirect from cloudfront"; }',
      'set resp.body = resp.reason;',
      'return (deliver);',
    ]),
  ].join('\n')}\n`;
}
