import fc from 'fast-check';
import {
  GeoDns,
  planRecords,
  type Continent,
  type DnsPlanInput,
  type GeoDnsProps,
} from '../../modules/geo-dns';
import { DNS_LIMITS } from '../../modules/geo-dns/records';
import { inventory, resourcesOf, synthesize } from '../support/synth';
import { resolve, type World } from '../support/route53';

const CONTINENTS: readonly Continent[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1'];
const DOMAIN = 'tiers.example.com';

const inputs: fc.Arbitrary<DnsPlanInput> = fc.record({
  domain: fc.constantFrom(DOMAIN, 'a.io', `${'d'.repeat(60)}.${'e'.repeat(60)}.example.com`),
  cdn: fc.boolean(),
  regions: fc
    .uniqueArray(fc.constantFrom(...REGIONS), { minLength: 1, maxLength: REGIONS.length })
    .chain((regions) =>
      fc.tuple(
        ...regions.map((region) =>
          fc.record({
            region: fc.constant(region),
            continent: fc.constantFrom(...CONTINENTS),
            ipv6: fc.boolean(),
          }),
        ),
      ),
    ),
});

function groups<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(key(item), [...(found.get(key(item)) ?? []), item]);
  return [...found.values()];
}

describe('planRecords', () => {
  test('is a set of records that Route 53 takes', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const records = planRecords(input);
        expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
        for (const set of groups(records, ({ name, type }) => `${name} ${type}`)) {
          expect(new Set(set.map(({ routing }) => routing.policy)).size).toBe(1);
          const identifiers = set.map(({ setIdentifier }) => setIdentifier);
          expect(new Set(identifiers).size).toBe(set.length);
          const simple = set[0]!.routing.policy === 'simple';
          expect(identifiers.every((identifier) => (identifier === undefined) === simple)).toBe(true);
          const places = set.map(({ routing }) => JSON.stringify(routing));
          expect(new Set(places).size).toBe(set.length);
        }
        for (const { name, setIdentifier = '' } of records) {
          expect(name.length).toBeLessThanOrEqual(DNS_LIMITS.name);
          for (const label of name.split('.')) expect(label.length).toBeLessThanOrEqual(DNS_LIMITS.label);
          expect(setIdentifier.length).toBeLessThanOrEqual(DNS_LIMITS.setIdentifier);
          expect(name.endsWith(input.domain)).toBe(true);
        }
      }),
    );
  });

  test('names only sets that are planned before them, of the same type', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const records = planRecords(input);
        records.forEach(({ target, type }, index) => {
          if (target.kind !== 'name') return;
          const set = records.filter((other) => other.name === target.name && other.type === type);
          expect(set.length).toBeGreaterThan(0);
          expect(set.every((member) => records.indexOf(member) < index)).toBe(true);
        });
      }),
    );
  });

  test('has a default, and each continent of a region once', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const located = planRecords(input).flatMap(({ type, routing }) =>
          type === 'A' && routing.policy === 'geolocation' ? [routing.location] : [],
        );
        const continents = new Set(input.regions.map(({ continent }) => continent));
        expect([...located].sort()).toEqual(['*', ...continents].sort());
      }),
    );
  });

  const worlds = inputs.chain((input) => {
    const regions = input.regions.map(({ region }) => region);
    return fc.record({
      input: fc.constant(input),
      down: fc.subarray(regions),
      near: fc.shuffledSubarray(regions, { minLength: regions.length }),
      client: fc.constantFrom(...CONTINENTS, undefined),
      cdnDown: fc.boolean(),
    });
  });

  test('sends everybody to a healthy region, of their continent as long as it has one', () => {
    fc.assert(
      fc.property(worlds, ({ input, down, near, client, cdnDown }) => {
        const world: World = { down, near, client, cdnDown };
        const answer = resolve(planRecords(input), `api.${input.domain}`, world);
        const healthy = near.filter((region) => !down.includes(region));
        const home = healthy.filter(
          (region) => input.regions.find((r) => r.region === region)!.continent === client,
        );
        if (healthy.length > 0) expect(answer).toBe((home.length > 0 ? home : healthy)[0]);
        else expect(near).toContain(answer);
      }),
    );
  });

  test('sends everybody to the balancers while the CDN is down, or where there is none', () => {
    fc.assert(
      fc.property(worlds, ({ input, down, near, client, cdnDown }) => {
        const world: World = { down, near, client, cdnDown };
        const records = planRecords(input);
        const answer = resolve(records, `www.${input.domain}`, world);
        const balancers = resolve(records, `api.${input.domain}`, world);
        if (input.cdn && (!cdnDown || down.length === near.length)) expect(answer).toBe('cdn');
        else expect(answer).toBe(balancers);
      }),
    );
  });

  test('gives no IPv6 answer that has nothing to fall back to', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const records = planRecords(input);
        const dualStack = input.regions.every(({ ipv6 }) => ipv6);
        const six = records.filter(({ type }) => type === 'AAAA');
        expect(six).toHaveLength(dualStack ? records.length / 2 : 0);
      }),
    );
  });

  test.each([
    [{ regions: [] }, 'dns.regions: received []; allowed: one region at least'],
    [
      {
        regions: [
          { region: 'us-east-1', continent: 'NA' },
          { region: 'us-east-1', continent: 'EU' },
        ],
      },
      'received "us-east-1"; allowed: each region once',
    ],
    [
      { domain: `${'a.'.repeat(120)}com`, regions: [{ region: 'us-east-1', continent: 'NA' }] },
      'names of up to 255 characters; the longest has 257',
    ],
  ] as const)('refuses %j', (wrong, message) => {
    expect(() => planRecords({ domain: DOMAIN, cdn: false, ...wrong })).toThrow(message);
  });
});

describe('GeoDns', () => {
  const balancer = (region: string) => ({ dnsName: `${region}.elb.example`, zoneId: `Z${region}` });
  const props: GeoDnsProps = {
    zoneId: 'Z0ZONE',
    domain: DOMAIN,
    regions: [
      { region: 'us-east-1', continent: 'NA', loadBalancer: balancer('us-east-1') },
      { region: 'eu-west-1', continent: 'EU', loadBalancer: balancer('eu-west-1') },
    ],
    cdn: { domainName: 'd111111abcdef8.cloudfront.net', hostedZoneId: 'Z2FDTNDATAQYW2' },
  };
  const synthesized = synthesize((stack) => new GeoDns(stack, 'dns', props));
  const records = resourcesOf(synthesized, 'aws_route53_record');

  test('declares exactly these resources', () => {
    // Two regions by name, two continents of one region each, the world of two, three locations, two of www.
    expect(inventory(synthesized)).toEqual({ aws_route53_health_check: 3, aws_route53_record: 11 });
  });

  test('asks each region by a name of its own, every ten seconds, three times', () => {
    expect(resourcesOf(synthesized, 'aws_route53_health_check').dns_check_eu_west_1).toMatchObject({
      type: 'HTTPS',
      fqdn: 'api-eu-west-1.tiers.example.com',
      port: 443,
      resource_path: '/healthz',
      request_interval: 10,
      failure_threshold: 3,
      enable_sni: true,
    });
  });

  test('a region leaves the answers when its check fails or its balancer has no healthy target', () => {
    expect(records.dns_world_api_eu_west_1).toMatchObject({
      name: 'world.api.tiers.example.com',
      type: 'A',
      set_identifier: 'eu-west-1',
      latency_routing_policy: { region: 'eu-west-1' },
      health_check_id: '${aws_route53_health_check.dns_check_eu_west_1.id}',
      alias: { name: 'eu-west-1.elb.example', zone_id: 'Zeu-west-1', evaluate_target_health: true },
    });
  });

  test('an alias of a set is made after the whole set', () => {
    expect(records.dns_api_default).toMatchObject({
      geolocation_routing_policy: { country: '*' },
      alias: { name: 'world.api.tiers.example.com', zone_id: 'Z0ZONE', evaluate_target_health: true },
      depends_on: [
        'aws_route53_record.dns_world_api_us_east_1',
        'aws_route53_record.dns_world_api_eu_west_1',
      ],
    });
    expect(records.dns_api_eu).toMatchObject({ geolocation_routing_policy: { continent: 'EU' } });
  });

  test('the CDN comes first, is checked from outside, and has the API names behind it', () => {
    expect(records.dns_www_cdn).toMatchObject({
      failover_routing_policy: { type: 'PRIMARY' },
      health_check_id: '${aws_route53_health_check.dns_check_cdn.id}',
      alias: { zone_id: 'Z2FDTNDATAQYW2', evaluate_target_health: false },
    });
    expect(records.dns_www_balancers).toMatchObject({
      failover_routing_policy: { type: 'SECONDARY' },
      alias: { name: 'api.tiers.example.com', evaluate_target_health: true },
    });
  });

  test('without a CDN the balancers serve the page', () => {
    const plain = synthesize((stack) => new GeoDns(stack, 'dns', { ...props, cdn: undefined }));
    expect(resourcesOf(plain, 'aws_route53_record').dns_www).toMatchObject({
      name: 'www.tiers.example.com',
      alias: { name: 'api.tiers.example.com', zone_id: 'Z0ZONE', evaluate_target_health: true },
    });
    expect(inventory(plain)).toEqual({ aws_route53_health_check: 2, aws_route53_record: 10 });
  });
});
