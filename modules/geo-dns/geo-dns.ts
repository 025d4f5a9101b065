import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import { Route53Record, type Route53RecordConfig } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';
import type { Cdn } from '../cdn';
import {
  planRecords,
  regionName,
  type CheckedBy,
  type Continent,
  type PlannedRecord,
  type Routing,
  type Target,
} from './records';

export interface GeoDnsRegion {
  readonly region: string;
  readonly continent: Continent;
  /** The region's internet-facing balancer; its certificate covers api and www of the domain. */
  readonly loadBalancer?: {
    readonly dnsName: string;
    /** Hosted zone of the balancer itself, which aliases name. */
    readonly zoneId: string;
    /** Whether it listens on IPv6 too. Default: no. */
    readonly ipv6?: boolean;
  };
  /** IPv4 address of the region's one server, where there is no balancer. */
  readonly address?: string;
}

export interface GeoDnsProps {
  /** Public hosted zone of the domain. */
  readonly zoneId: string;
  /** The environment's domain: the records are `api.<domain>` and `www.<domain>`. */
  readonly domain: string;
  readonly regions: readonly GeoDnsRegion[];
  /** Serves `www`; without one the balancers do. */
  readonly cdn?: Pick<Cdn, 'domainName' | 'hostedZoneId'>;
}

/** Ten seconds, three times: a dead region is out of the answers after about 30 s and the 60 s of an alias. */
const CHECK = {
  type: 'HTTPS',
  port: 443,
  requestInterval: 10,
  failureThreshold: 3,
  enableSni: true,
} as const;

/** `api` and `www` over all regions, each with its health check; failing over calls no control plane. */
export class GeoDns extends Construct {
  /** Health check of each region, and of the CDN where there is one, for alarms. */
  readonly checkIds: Readonly<Record<string, string>>;
  readonly cdnCheckId?: string;

  constructor(scope: Construct, id: string, props: GeoDnsProps) {
    super(scope, id);
    const { zoneId, domain, regions, cdn } = props;
    const records = planRecords({
      domain,
      cdn: cdn !== undefined,
      regions: regions.map(({ region, continent, loadBalancer }) => ({
        region,
        continent,
        ipv6: loadBalancer?.ipv6,
      })),
    });

    const checks = new Map<string, Route53HealthCheck>();
    for (const { region } of regions) {
      const fqdn = regionName(domain, region);
      checks.set(
        region,
        new Route53HealthCheck(this, `check-${region}`, {
          ...CHECK,
          fqdn,
          resourcePath: '/healthz',
          tags: { Name: fqdn },
        }),
      );
    }
    const cdnCheck =
      cdn &&
      new Route53HealthCheck(this, 'check-cdn', {
        ...CHECK,
        fqdn: cdn.domainName,
        resourcePath: '/',
        tags: { Name: `www.${domain}` },
      });

    this.checkIds = Object.fromEntries([...checks].map(([region, { id: checkId }]) => [region, checkId]));
    if (cdnCheck) this.cdnCheckId = cdnCheck.id;

    const checkOf = (checkedBy: CheckedBy): string | undefined =>
      checkedBy.kind === 'cdn' ? cdnCheck?.id : checks.get(checkedBy.region)?.id;
    const answerOf = (
      target: Target,
      evaluateTargetHealth: boolean,
    ): Pick<Route53RecordConfig, 'alias' | 'records' | 'ttl'> => {
      const alias = (name: string, zone: string) => ({
        alias: { name, zoneId: zone, evaluateTargetHealth },
      });
      if (target.kind === 'name') return alias(target.name, zoneId);
      if (target.kind === 'cdn') return alias(cdn!.domainName, cdn!.hostedZoneId);
      const { loadBalancer, address } = regions.find(({ region }) => region === target.region)!;
      if (loadBalancer) return alias(loadBalancer.dnsName, loadBalancer.zoneId);
      if (address === undefined) throw new Error(`${this.node.path}: ${target.region} has no way in`);
      // As long as Route 53 answers for an alias of a balancer.
      return { records: [address], ttl: 60 };
    };
    const declared = new Map<string, Route53Record[]>();
    for (const record of records) {
      const { target, checkedBy } = record;
      const declaredRecord = new Route53Record(this, record.id, {
        zoneId,
        name: record.name,
        type: record.type,
        setIdentifier: record.setIdentifier,
        healthCheckId: checkedBy && checkOf(checkedBy),
        ...answerOf(target, record.evaluateTargetHealth),
        ...policy(record.routing),
        // Route 53 refuses an alias whose target does not exist yet; the plan names sets before their aliases.
        dependsOn: target.kind === 'name' ? declared.get(setKey(target.name, record)) : undefined,
      });
      const key = setKey(record.name, record);
      declared.set(key, [...(declared.get(key) ?? []), declaredRecord]);
    }
  }
}

function setKey(name: string, { type }: PlannedRecord): string {
  return `${type} ${name}`;
}

function policy(routing: Routing): Partial<Route53RecordConfig> {
  switch (routing.policy) {
    case 'simple':
      return {};
    case 'latency':
      return { latencyRoutingPolicy: { region: routing.region } };
    case 'geolocation':
      return {
        geolocationRoutingPolicy:
          routing.location === '*' ? { country: '*' } : { continent: routing.location },
      };
    case 'failover':
      return { failoverRoutingPolicy: { type: routing.role } };
  }
}
