import {
  asList,
  isObject,
  resourcesOfType,
  resourceWith,
  type Json,
  type JsonObject,
  type Resource,
} from '../../topology';
import type { Address } from '../address-plan';
import { Arguments, type TwinContext } from '../context';
import { siteOrigin } from '../settings';
import type {
  BehaviourPlan,
  CachePolicyPlan,
  CdnPlan,
  KeyNames,
  OriginPlan,
  ResponseHeader,
} from '../varnish/plan';

/** Where the stand-ins of origins listen. */
export interface OriginAddresses {
  readonly emulator: Address;
  /** Leads to the balancer. */
  readonly outward: Address;
  /** What the plan's origins are called here, by what they are called there. */
  readonly names: Map<string, string>;
}

const objects = (value: Json | undefined): JsonObject[] => asList(value).filter(isObject);
const first = (value: Json | undefined): JsonObject => objects(value)[0] ?? {};
const numberOf = (value: Json | undefined, byDefault: number): number =>
  value === undefined || value === null ? byDefault : Number(value);

/** Provider documentation of aws_cloudfront_distribution: defaults of an origin's timeouts, in seconds. */
const CONNECT = { attempts: 3, timeout: 10, read: 30 } as const;

function originPlan(
  context: TwinContext,
  distribution: Resource,
  origin: JsonObject,
  { emulator, outward, names }: OriginAddresses,
): OriginPlan {
  const domain = String(origin['domain_name']);
  const path = String(origin['origin_path'] ?? '');
  const common = {
    id: String(origin['origin_id']),
    connectAttempts: numberOf(origin['connection_attempts'], CONNECT.attempts),
    connectTimeout: numberOf(origin['connection_timeout'], CONNECT.timeout),
    readTimeout: numberOf(first(origin['custom_origin_config'])['origin_read_timeout'], CONNECT.read),
  };
  const bucket = resourceWith(
    context.graph,
    'aws_s3_bucket',
    'bucket_regional_domain_name',
    domain,
    distribution,
  );
  if (bucket) {
    names.set(`https://${domain}`, `http://${emulator.host}:${emulator.port}`);
    const name = new Arguments(context, bucket).text('bucket');
    return {
      ...common,
      address: emulator,
      host: `${emulator.host}:${emulator.port}`,
      prefix: `/${name}${path}`,
    };
  }
  const known = resourcesOfType(context.graph, 'aws_route53_record').some(
    (record) => new Arguments(context, record).optionalText('name') === domain,
  );
  if (!known) {
    throw new Error(
      `${distribution.globalAddress} origin ${common.id}: received ${domain}; the twin knows buckets of the plan, and names with a record of the plan, which lead to its balancer`,
    );
  }
  names.set(`https://${domain}`, siteOrigin(context.settings));
  return { ...common, address: outward, host: domain, prefix: path };
}

/** `none`, `whitelist` or `all` of queries or cookies; of others the twin has no stand-in. */
function keyNames(policy: Resource, kind: 'query_string' | 'cookie', key: JsonObject): KeyNames {
  const config = first(key[`${kind === 'cookie' ? 'cookies' : 'query_strings'}_config`]);
  const behaviour = config[`${kind}_behavior`] ?? 'none';
  const named = first(config[kind === 'cookie' ? 'cookies' : 'query_strings']);
  if (behaviour === 'none') return [];
  if (behaviour === 'all') return 'all';
  if (behaviour === 'whitelist') return asList(named['items']).map(String);
  throw new Error(
    `${policy.globalAddress} ${kind}_behavior: received ${JSON.stringify(behaviour)}; the twin knows none, whitelist and all`,
  );
}

function cachePolicy(context: TwinContext, policy: Resource): CachePolicyPlan {
  const given = new Arguments(context, policy);
  const key = first(given.value('parameters_in_cache_key_and_forwarded_to_origin'));
  return {
    // Provider documentation of aws_cloudfront_cache_policy: a day, and a year.
    minTtl: given.number('min_ttl', 0),
    defaultTtl: given.number('default_ttl', 86_400),
    maxTtl: given.number('max_ttl', 31_536_000),
    queries: keyNames(policy, 'query_string', key),
    cookies: keyNames(policy, 'cookie', key),
    headers: asList(first(first(key['headers_config'])['headers'])['items']).map(String),
  };
}

/** Strict-Transport-Security is left out: the browser would keep it for every server of this machine. */
function responseHeaders(
  context: TwinContext,
  policy: Resource,
  names: ReadonlyMap<string, string>,
): ResponseHeader[] {
  const given = new Arguments(context, policy);
  const security = first(given.value('security_headers_config'));
  const here = (value: string): string =>
    [...names].reduce((text, [there, name]) => text.replaceAll(there, name), value);
  const header = (name: string, block: string, value: (fields: JsonObject) => Json | undefined) => {
    const fields = objects(security[block])[0];
    if (!fields) return [];
    return [{ name, value: here(String(value(fields))), override: fields['override'] === true }];
  };
  return [
    ...header('Content-Security-Policy', 'content_security_policy', (f) => f['content_security_policy']),
    ...header('X-Content-Type-Options', 'content_type_options', () => 'nosniff'),
    ...header('X-Frame-Options', 'frame_options', (f) => f['frame_option']),
    ...header('Referrer-Policy', 'referrer_policy', (f) => f['referrer_policy']),
    ...objects(first(given.value('custom_headers_config'))['items']).map((item) => ({
      name: String(item['header']),
      value: String(item['value']),
      override: item['override'] === true,
    })),
  ];
}

const PROTOCOLS = ['allow-all', 'https-only', 'redirect-to-https'] as const;

/** What a distribution of the plan asks of its stand-in. @throws for what the twin has no stand-in for */
export function cdnPlan(
  context: TwinContext,
  distribution: Resource,
  name: string,
  addresses: OriginAddresses,
): CdnPlan {
  const given = new Arguments(context, distribution);
  const where = distribution.globalAddress;
  const origins = objects(given.value('origin')).map((origin) =>
    originPlan(context, distribution, origin, addresses),
  );
  const groups = new Map(
    objects(given.value('origin_group')).map((group) => [
      String(group['origin_id']),
      {
        members: objects(group['member']).map((member) => String(member['origin_id'])),
        statuses: asList(first(group['failover_criteria'])['status_codes']).map(Number),
      },
    ]),
  );
  const policyOf = (type: string, id: Json | undefined): Resource => {
    const found = resourceWith(context.graph, type, 'id', id, distribution);
    if (found) return found;
    throw new Error(`${where}: received ${JSON.stringify(id)}; the twin needs an ${type} of the plan`);
  };
  const behaviour = (block: JsonObject): BehaviourPlan => {
    const target = String(block['target_origin_id']);
    const group = groups.get(target);
    const [main = target, second] = group?.members ?? [];
    const protocol = PROTOCOLS.find((known) => known === block['viewer_protocol_policy']);
    if (!protocol)
      throw new Error(`${where} viewer_protocol_policy: received ${String(block['viewer_protocol_policy'])}`);
    const headers = block['response_headers_policy_id'];
    return {
      ...(block['path_pattern'] ? { pattern: String(block['path_pattern']) } : {}),
      protocol,
      methods: asList(block['allowed_methods']).map(String),
      origins: second === undefined ? [main] : [main, second],
      failover: group?.statuses ?? [],
      compress: block['compress'] === true,
      cache: cachePolicy(context, policyOf('aws_cloudfront_cache_policy', block['cache_policy_id'])),
      headers: headers
        ? responseHeaders(
            context,
            policyOf('aws_cloudfront_response_headers_policy', headers),
            addresses.names,
          )
        : [],
    };
  };
  return {
    resource: where,
    name,
    rootObject: given.optionalText('default_root_object') ?? '',
    origins,
    behaviours: [
      ...objects(given.value('ordered_cache_behavior')).map(behaviour),
      behaviour(first(given.value('default_cache_behavior'))),
    ],
    errorSeconds: new Map(
      objects(given.value('custom_error_response')).map((response) => [
        Number(response['error_code']),
        numberOf(response['error_caching_min_ttl'], 10),
      ]),
    ),
  };
}
