import fc from 'fast-check';
import { setPlace } from '../../lib/place';
import { Cdn, type CdnProps } from '../../modules/cdn';
import { CACHE_PLANS } from '../../modules/cdn/cache-policies';
import { planOrigins } from '../../modules/cdn/origins';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const bucketIn = (region: string) => ({ regionalDomainName: `assets-${region}.s3.${region}.amazonaws.com` });

const props: CdnProps = {
  domain: 'tiers.example.com',
  certificate: { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/1' },
  origins: ['us-east-1', 'eu-west-1'].map((region) => ({ region, bucket: bucketIn(region) })),
  apiOrigin: 'api.tiers.example.com',
  priceClass: 'PriceClass_100',
  logBucket: { arn: 'arn:aws:s3:::logs' },
  webAcl: { arn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/cdn/1' },
};

function cdn(changes: Partial<CdnProps> = {}): Synthesized {
  return synthesize((stack) => new Cdn(stack, 'cdn', { ...props, ...changes }));
}

describe('planOrigins', () => {
  const regionLists = fc.uniqueArray(fc.stringMatching(/^[a-z]{2}-[a-z]{4,9}-[1-9]$/), {
    minLength: 1,
    maxLength: 6,
  });

  test('every group has two members that exist, and every target is an origin or a group', () => {
    fc.assert(
      fc.property(regionLists, (regions) => {
        const { origins, groups, targets } = planOrigins(regions);
        const ids = [...origins, ...groups].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { members } of groups) {
          expect(members[0]).not.toBe(members[1]);
          for (const member of members) expect(origins.map(({ id }) => id)).toContain(member);
        }
        for (const target of Object.values(targets)) expect(ids).toContain(target);
        const used = new Set([...groups.flatMap(({ members }) => members), ...Object.values(targets)]);
        for (const { id } of origins) expect(used).toContain(id);
      }),
    );
  });

  test('no single bucket holds the page up', () => {
    expect(planOrigins(['us-east-1', 'eu-west-1']).groups).toEqual([
      expect.objectContaining({ id: 'site', members: ['site-us-east-1', 'site-eu-west-1'] }),
      expect.objectContaining({ id: 'media', members: ['media-us-east-1', 'media-eu-west-1'] }),
    ]);
    expect(planOrigins(['us-east-1']).groups.map(({ members }) => members[1])).toEqual(['api', 'api']);
  });

  test('the service is not asked for every file that never existed', () => {
    for (const { statusCodes } of planOrigins(['us-east-1']).groups) {
      expect(statusCodes).not.toEqual(expect.arrayContaining([403]));
      expect(statusCodes).not.toEqual(expect.arrayContaining([404]));
    }
  });
});

describe('Cdn', () => {
  const synthesized = cdn();
  const distribution = only(synthesized, 'aws_cloudfront_distribution');

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      aws_cloudfront_cache_policy: 5,
      aws_cloudfront_distribution: 1,
      aws_cloudfront_monitoring_subscription: 1,
      aws_cloudfront_origin_access_control: 1,
      aws_cloudfront_response_headers_policy: 1,
      aws_cloudwatch_log_delivery: 1,
      aws_cloudwatch_log_delivery_destination: 1,
      aws_cloudwatch_log_delivery_source: 1,
      aws_ssm_parameter: 1,
    });
  });

  test('serves www over HTTP/2, HTTP/3 and IPv6, and nothing older than TLS 1.2', () => {
    expect(distribution).toMatchObject({
      enabled: true,
      aliases: ['www.tiers.example.com'],
      default_root_object: 'index.html',
      http_version: 'http2and3',
      is_ipv6_enabled: true,
      price_class: 'PriceClass_100',
      viewer_certificate: {
        acm_certificate_arn: props.certificate.arn,
        ssl_support_method: 'sni-only',
        minimum_protocol_version: 'TLSv1.2_2021',
      },
    });
  });

  test('reads the buckets with signed requests only, the page below its folder', () => {
    const origins = distribution.origin as Record<string, unknown>[];
    const byId = Object.fromEntries(origins.map((origin) => [origin.origin_id, origin]));
    for (const [id, path] of [
      ['site-us-east-1', '/site'],
      ['media-us-east-1', undefined],
    ] as const) {
      expect(byId[id]).toMatchObject({
        domain_name: 'assets-us-east-1.s3.us-east-1.amazonaws.com',
        origin_access_control_id: '${aws_cloudfront_origin_access_control.cdn_access.id}',
      });
      expect(byId[id]!.origin_path).toBe(path);
    }
    expect(only(synthesized, 'aws_cloudfront_origin_access_control')).toMatchObject({
      signing_behavior: 'always',
      signing_protocol: 'sigv4',
    });
    expect(byId.api).toMatchObject({
      domain_name: 'api.tiers.example.com',
      custom_origin_config: { origin_protocol_policy: 'https-only', origin_ssl_protocols: ['TLSv1.2'] },
    });
  });

  test('gives up on an origin after four seconds', () => {
    for (const origin of distribution.origin as Record<string, number>[]) {
      expect(origin.connection_attempts! * origin.connection_timeout!).toBeLessThanOrEqual(4);
    }
  });

  test('every behaviour is secure, compressed, and within what its origin takes', () => {
    const ordered = distribution.ordered_cache_behavior as Record<string, unknown>[];
    expect(ordered.map(({ path_pattern, target_origin_id }) => [path_pattern, target_origin_id])).toEqual([
      ['/media/*', 'media'],
      ['/v1/client-config', 'api'],
      ['/p/*', 'api'],
      ['/v1/posts/*', 'api'],
    ]);
    const all = [distribution.default_cache_behavior as Record<string, unknown>, ...ordered];
    for (const behaviour of all) {
      expect(behaviour).toMatchObject({
        viewer_protocol_policy: 'redirect-to-https',
        allowed_methods: ['GET', 'HEAD', 'OPTIONS'],
        compress: true,
        response_headers_policy_id: '${aws_cloudfront_response_headers_policy.cdn_headers_policy.id}',
      });
      expect(behaviour.cache_policy_id).toMatch(/^\$\{aws_cloudfront_cache_policy\.cdn_cache_/);
    }
  });

  test('no answer depends on what is not in its key, and never on a credential', () => {
    for (const policy of Object.values(resourcesOf(synthesized, 'aws_cloudfront_cache_policy'))) {
      const key = policy.parameters_in_cache_key_and_forwarded_to_origin as Record<string, unknown>;
      const kept = /theme/.test(JSON.stringify(key.cookies_config));
      expect(key.cookies_config).toEqual(
        kept
          ? { cookie_behavior: 'whitelist', cookies: { items: ['theme'] } }
          : { cookie_behavior: 'none', cookies: undefined },
      );
      expect(JSON.stringify(key.headers_config).toLowerCase()).not.toContain('authorization');
      expect(policy.min_ttl).toBe(0);
      expect(policy.default_ttl).toBeLessThanOrEqual(policy.max_ttl as number);
      // CloudFront compresses only what it may keep.
      expect(policy.max_ttl).toBeGreaterThan(0);
    }
    expect(CACHE_PLANS.posts.headers).toEqual(['x-tiers-position']);
    expect(CACHE_PLANS['client-config'].queries).toEqual(['platform', 'version']);
    expect(CACHE_PLANS['post-pages']).toMatchObject({
      queries: ['lang'],
      headers: ['Save-Data'],
      cookies: ['theme'],
    });
  });

  test('dynamic answers are kept for a minute at most, faults for seconds', () => {
    expect(CACHE_PLANS.posts.maxTtl).toBeLessThanOrEqual(60);
    expect(CACHE_PLANS['client-config'].maxTtl).toBeLessThanOrEqual(60);
    for (const error of distribution.custom_error_response as Record<string, number>[]) {
      expect(error.error_caching_min_ttl).toBeLessThanOrEqual(5);
      // A page in place of the error would also replace the API's own.
      expect(error).not.toHaveProperty('response_page_path');
    }
  });

  test('the page may call the API and the buckets, and may not be framed', () => {
    const { security_headers_config: headers } = only(
      synthesized,
      'aws_cloudfront_response_headers_policy',
    ) as { security_headers_config: Record<string, Record<string, unknown>> };
    const policy = String(headers.content_security_policy!.content_security_policy);
    const directives = Object.fromEntries(
      policy.split('; ').map((directive) => {
        const [name, ...sources] = directive.split(' ');
        return [name, sources];
      }),
    );
    expect(directives['connect-src']).toEqual([
      "'self'",
      'https://api.tiers.example.com',
      'https://assets-us-east-1.s3.us-east-1.amazonaws.com',
      'https://assets-eu-west-1.s3.eu-west-1.amazonaws.com',
    ]);
    expect(directives['default-src']).toEqual(["'none'"]);
    expect(directives['frame-ancestors']).toEqual(["'none'"]);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.strict_transport_security!.access_control_max_age_sec).toBeGreaterThanOrEqual(31_536_000);
    // What the service says of its own pages is stricter and stays.
    for (const [name, header] of Object.entries(headers))
      expect([name, header.override]).toEqual([name, name !== 'content_security_policy']);
  });

  test('writes its id where the service finds it', () => {
    expect(only(synthesized, 'aws_ssm_parameter')).toMatchObject({
      name: '/tiers/test/cdn-distribution',
      value: '${aws_cloudfront_distribution.cdn_distribution.id}',
    });
  });

  test('logs every request without turning ACLs on', () => {
    expect(only(synthesized, 'aws_cloudwatch_log_delivery_source')).toMatchObject({
      log_type: 'ACCESS_LOGS',
      resource_arn: '${aws_cloudfront_distribution.cdn_distribution.arn}',
    });
    expect(only(synthesized, 'aws_cloudwatch_log_delivery_destination')).toMatchObject({
      delivery_destination_configuration: [{ destination_resource_arn: 'arn:aws:s3:::logs' }],
    });
    expect(only(synthesized, 'aws_cloudwatch_log_delivery')).not.toHaveProperty('s3_delivery_configuration');
    expect(distribution).not.toHaveProperty('logging_config');
  });

  test('one region is enough', () => {
    const single = cdn({ origins: props.origins.slice(0, 1) });
    const group = (only(single, 'aws_cloudfront_distribution').origin_group as unknown[])[0];
    expect(group).toEqual({
      origin_id: 'site',
      failover_criteria: { status_codes: [500, 502, 503, 504] },
      member: [{ origin_id: 'site-us-east-1' }, { origin_id: 'api' }],
    });
  });

  test.each([
    [[], 'test/cdn.origins: received []'],
    [[props.origins[0]!, props.origins[0]!], 'allowed: one bucket or more, each of another region'],
  ])('refuses origins %j', (origins, message) => {
    expect(() => cdn({ origins })).toThrow(message);
  });

  test('refuses a stack outside us-east-1', () => {
    expect(() =>
      synthesize((stack) => {
        setPlace(stack, {
          project: 'tiers',
          environment: 'test',
          region: 'eu-west-1',
          account: '111122223333',
        });
        new Cdn(stack, 'cdn', props);
      }),
    ).toThrow('received "eu-west-1"; allowed: a stack in us-east-1');
  });
});
