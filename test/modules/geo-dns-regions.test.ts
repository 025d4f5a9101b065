import { GeoDns, type Continent, type PlannedRecord } from '../../modules/geo-dns';
import { resourcesOf, synthesize } from '../support/synth';
import { resolve } from '../support/route53';

/** The synthesized records of one, two, three and ten regions, answered as Route 53 would. */
const DOMAIN = 'tiers.example.com';
const CONTINENTS: readonly Continent[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];
const TEN: Readonly<Record<string, Continent>> = {
  'us-east-1': 'NA',
  'us-west-2': 'NA',
  'eu-west-1': 'EU',
  'eu-central-1': 'EU',
  'ap-northeast-1': 'AS',
  'ap-southeast-1': 'AS',
  'ap-south-1': 'AS',
  'ap-southeast-2': 'OC',
  'sa-east-1': 'SA',
  'af-south-1': 'AF',
};

interface Declared {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  readonly set_identifier?: string;
  readonly ttl?: number;
  readonly health_check_id?: string;
  readonly alias: { readonly name: string; readonly evaluate_target_health: boolean };
  readonly latency_routing_policy?: { readonly region: string };
  readonly geolocation_routing_policy?: { readonly continent?: Continent; readonly country?: string };
  readonly failover_routing_policy?: { readonly type: 'PRIMARY' | 'SECONDARY' };
}

interface Check {
  readonly fqdn: string;
  readonly request_interval: number;
  readonly failure_threshold: number;
}

function declared(regions: readonly string[]) {
  const synthesized = synthesize(
    (stack) =>
      new GeoDns(stack, 'dns', {
        zoneId: 'Z0ZONE',
        domain: DOMAIN,
        regions: regions.map((region) => ({
          region,
          continent: TEN[region]!,
          loadBalancer: { dnsName: `${region}.elb.example`, zoneId: `Z${region}` },
        })),
        cdn: { domainName: 'd1.cloudfront.example', hostedZoneId: 'Z2FDTNDATAQYW2' },
      }),
  );
  const read = <T>(type: string): Record<string, T> =>
    JSON.parse(JSON.stringify(resourcesOf(synthesized, type))) as Record<string, T>;
  const records = read<Declared>('aws_route53_record');
  const checks = read<Check>('aws_route53_health_check');
  return { records: Object.values(records), checks };
}

/** A synthesized record, read back: what it leads to and what takes it out are found by what they name. */
function readBack(record: Declared, checks: Readonly<Record<string, Check>>): PlannedRecord {
  const { name, type, alias, set_identifier: setIdentifier } = record;
  const check = checks[/\.(\w+)\.id\}$/.exec(record.health_check_id ?? '')?.[1] ?? ''];
  const checkedRegion = /^api-(.+?)\./.exec(check?.fqdn ?? '')?.[1];
  const balancer = /^(.+)\.elb\.example$/.exec(alias.name)?.[1];
  const { latency_routing_policy: latency, geolocation_routing_policy: place } = record;
  return {
    id: `${name} ${setIdentifier ?? ''}`,
    name,
    type,
    setIdentifier,
    evaluateTargetHealth: alias.evaluate_target_health,
    target: balancer
      ? { kind: 'balancer', region: balancer }
      : alias.name.includes('cloudfront')
        ? { kind: 'cdn' }
        : { kind: 'name', name: alias.name },
    ...(check && { checkedBy: checkedRegion ? { kind: 'region', region: checkedRegion } : { kind: 'cdn' } }),
    routing: latency
      ? { policy: 'latency', region: latency.region }
      : place
        ? { policy: 'geolocation', location: place.country === '*' ? '*' : place.continent! }
        : record.failover_routing_policy
          ? { policy: 'failover', role: record.failover_routing_policy.type }
          : { policy: 'simple' },
  };
}

describe.each([
  ['one region', ['us-east-1']],
  ['two regions of one continent', ['us-east-1', 'us-west-2']],
  ['three regions', ['us-east-1', 'us-west-2', 'eu-west-1']],
  ['ten regions', Object.keys(TEN)],
])('%s', (_name, regions) => {
  const { records, checks } = declared(regions);
  const plan = records.map((record) => readBack(record, checks));

  test('one default, each continent once, and no place twice', () => {
    const places = plan.flatMap(({ routing }) =>
      routing.policy === 'geolocation' ? [routing.location] : [],
    );
    const continents = new Set(regions.map((region) => TEN[region]!));
    expect([...places].sort()).toEqual(['*', ...continents].sort());
    expect(new Set(plan.map(({ id }) => id)).size).toBe(plan.length);
  });

  test('every alias leads to a balancer, to the CDN, or to a name that is declared', () => {
    const names = new Set(plan.map(({ name }) => name));
    for (const { target } of plan) {
      if (target.kind === 'name') expect(names).toContain(target.name);
      if (target.kind === 'balancer') expect(regions).toContain(target.region);
    }
  });

  test('each region has a name of its own, one label below the domain, that answers in any case', () => {
    for (const region of regions) {
      const own = plan.filter(({ name }) => name === `api-${region}.${DOMAIN}`);
      expect(own).toEqual([
        expect.objectContaining({
          routing: { policy: 'simple' },
          evaluateTargetHealth: false,
          target: { kind: 'balancer', region },
        }),
      ]);
    }
  });

  test('a client of any continent finds a healthy region while one of them is left', () => {
    const losses = [
      [],
      ...regions.map((region) => [region]),
      ...regions.map((region) => regions.filter((other) => other !== region)),
    ].filter((down) => down.length < regions.length);
    for (const down of losses)
      for (const client of [...CONTINENTS, undefined])
        for (const near of [regions, [...regions].reverse()])
          for (const cdnDown of [false, true]) {
            const world = { down, near, client, cdnDown };
            const api = resolve(plan, `api.${DOMAIN}`, world);
            expect([regions.includes(api), down.includes(api)]).toEqual([true, false]);
            const ofContinent = near.filter((region) => TEN[region] === client && !down.includes(region));
            if (ofContinent.length > 0) expect(api).toBe(ofContinent[0]);
            // The CDN or the balancers: whichever is left carries the page.
            expect(resolve(plan, `www.${DOMAIN}`, world)).toBe(cdnDown ? api : 'cdn');
          }
  });

  test('the CDN carries the page while every balancer is down', () => {
    const world = { down: regions, near: regions, client: undefined, cdnDown: false };
    expect(resolve(plan, `www.${DOMAIN}`, world)).toBe('cdn');
  });

  test('a dead region is noticed within 30 seconds, and no answer outlives a minute', () => {
    for (const check of Object.values(checks)) {
      expect(check.request_interval * check.failure_threshold).toBeLessThanOrEqual(30);
    }
    // Aliases have no life of their own: Route 53 answers with that of their target, 60 s for balancers and the CDN.
    for (const { ttl, alias } of records) expect([ttl, alias.name.length > 0]).toEqual([undefined, true]);
  });
});
