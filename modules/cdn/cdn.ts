import { CloudfrontDistribution } from '@cdktf/provider-aws/lib/cloudfront-distribution';
import { CloudfrontMonitoringSubscription } from '@cdktf/provider-aws/lib/cloudfront-monitoring-subscription';
import { CloudfrontOriginAccessControl } from '@cdktf/provider-aws/lib/cloudfront-origin-access-control';
import { Construct } from 'constructs';
import { ConfigurationError, type FaultDetails } from '../../lib/errors';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { DistributionParameter } from '../cdn-invalidation';
import { AccessLogs } from './access-logs';
import { BEHAVIOURS, type Behaviour } from './behaviours';
import { CachePolicies } from './cache-policies';
import { planOrigins, type PlannedOrigin } from './origins';
import { SecurityHeaders } from './security-headers';

/** What the CDN needs to know of a bucket, whose own policy lets the account's distributions read it. */
export interface CdnBucket {
  /** Such as `bucket.s3.us-east-1.amazonaws.com`. */
  readonly regionalDomainName: string;
}

export interface CdnOrigin {
  readonly region: string;
  /** Holds the page below `site/` and the pictures below `media/`. */
  readonly bucket: CdnBucket;
}

export interface CdnProps {
  /** The environment's domain: the distribution answers as `www.<domain>`. */
  readonly domain: string;
  /** Certificate of `www.<domain>` in us-east-1, issued already. */
  readonly certificate: { readonly arn: string };
  /** One per region, the first being asked first. */
  readonly origins: readonly CdnOrigin[];
  /** Host name of the API, which cacheable answers come from. */
  readonly apiOrigin: string;
  /** Which of CloudFront's locations serve. */
  readonly priceClass: 'PriceClass_100' | 'PriceClass_200' | 'PriceClass_All';
  /** What is refused at the edge; of the scope CLOUDFRONT. */
  readonly webAcl: { readonly arn: string };
  /** Bucket of the access logs; its policy lets CDN logs in (`logDelivery: ['cdn']`). */
  readonly logBucket: { readonly arn: string };
}

/** Origins are asked twice, two seconds each, before the next one: CloudFront waits 30 s by default. */
const PATIENCE = { connectionAttempts: 2, connectionTimeout: 2 } as const;

/**
 * TLS 1.2 and newer, with forward secrecy only (Amazon CloudFront Developer Guide, "Supported protocols and ciphers between
 * viewers and CloudFront"). TLSv1.2_2025 also leaves the CBC ciphers out; providers of before 2026 may not know its name.
 */
const VIEWER_PROTOCOLS = 'TLSv1.2_2021';

/** An origin group takes these methods only, and the cacheable paths of the API need no other. */
const METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** How long, in seconds, an error is kept: a fault that is over, or a picture that has just arrived, shows at once. */
const ERROR_SECONDS = [403, 404, 500, 502, 503, 504].map((errorCode) => ({
  errorCode,
  errorCachingMinTtl: errorCode < 500 ? 5 : 1,
}));

/** The page, the pictures and the cacheable answers of the API, served from CloudFront's locations. */
export class Cdn extends Construct {
  readonly distributionArn: string;
  readonly distributionId: string;
  /** Such as `d111111abcdef8.cloudfront.net`, for aliases and health checks. */
  readonly domainName: string;
  /** Hosted zone of all distributions, which aliases name. */
  readonly hostedZoneId: string;

  constructor(scope: Construct, id: string, props: CdnProps) {
    super(scope, id);
    this.refuse(props);
    const names = Names.of(this);
    const access = new CloudfrontOriginAccessControl(this, 'access', {
      name: names.regional('originAccessControl', 'assets'),
      description: 'Signs requests to the asset buckets, which let nobody else read',
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    });
    const caching = new CachePolicies(this, 'cache');
    const headers = new SecurityHeaders(this, 'headers', {
      apiOrigin: props.apiOrigin,
      uploadHosts: props.origins.map(({ bucket }) => bucket.regionalDomainName),
    });
    const plan = planOrigins(props.origins.map(({ region }) => region));

    const behaviour = ({ cache, target }: Behaviour) => ({
      targetOriginId: plan.targets[target],
      viewerProtocolPolicy: 'redirect-to-https',
      allowedMethods: METHODS,
      cachedMethods: ['GET', 'HEAD'],
      cachePolicyId: caching.idOf(cache),
      responseHeadersPolicyId: headers.id,
      compress: true,
    });
    const host = `www.${props.domain}`;
    const distribution = new CloudfrontDistribution(this, 'distribution', {
      enabled: true,
      comment: host,
      aliases: [host],
      httpVersion: 'http2and3',
      isIpv6Enabled: true,
      priceClass: props.priceClass,
      // WAF's newer API goes by ARN here, whatever the argument is called (provider documentation, web_acl_id).
      webAclId: props.webAcl.arn,
      defaultRootObject: 'index.html',
      origin: plan.origins.map((origin) => this.origin(origin, props, access)),
      originGroup: plan.groups.map(({ id: originId, members, statusCodes }) => ({
        originId,
        failoverCriteria: { statusCodes: [...statusCodes] },
        member: members.map((member) => ({ originId: member })),
      })),
      defaultCacheBehavior: behaviour(BEHAVIOURS.default),
      orderedCacheBehavior: BEHAVIOURS.ordered.map((planned) => ({
        pathPattern: planned.path,
        ...behaviour(planned),
      })),
      customErrorResponse: ERROR_SECONDS,
      restrictions: { geoRestriction: { restrictionType: 'none' } },
      viewerCertificate: {
        acmCertificateArn: props.certificate.arn,
        sslSupportMethod: 'sni-only',
        minimumProtocolVersion: VIEWER_PROTOCOLS,
      },
      tags: { Name: host, Component: 'cdn' },
    });
    this.distributionArn = distribution.arn;
    this.distributionId = distribution.id;
    this.domainName = distribution.domainName;
    this.hostedZoneId = distribution.hostedZoneId;
    // Cache hit rate and origin latency are measured only when asked for, at the price of eight metrics (Amazon CloudFront
    // Developer Guide, "Viewing CloudFront and edge function metrics").
    new CloudfrontMonitoringSubscription(this, 'metrics', {
      distributionId: distribution.id,
      monitoringSubscription: {
        realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' },
      },
    });
    new DistributionParameter(this, 'distribution-id', { distributionId: distribution.id });
    new AccessLogs(this, 'logs', { distributionArn: distribution.arn, bucket: props.logBucket });
  }

  private origin(
    { id, region, path }: PlannedOrigin,
    props: CdnProps,
    access: CloudfrontOriginAccessControl,
  ) {
    const bucket = props.origins.find((origin) => origin.region === region)?.bucket;
    if (!bucket) {
      return {
        originId: id,
        domainName: props.apiOrigin,
        ...PATIENCE,
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: 'https-only',
          originSslProtocols: ['TLSv1.2'],
          originReadTimeout: 10,
          // Longer than the pause between two requests of a location, shorter than the balancer's idle timeout.
          originKeepaliveTimeout: 30,
        },
      };
    }
    return {
      originId: id,
      domainName: bucket.regionalDomainName,
      originPath: path,
      originAccessControlId: access.id,
      ...PATIENCE,
    };
  }

  private refuse({ origins }: CdnProps): void {
    const where = this.node.path;
    const faults: FaultDetails[] = [];
    const { region } = placeOf(this);
    if (region !== 'us-east-1') {
      faults.push({
        where,
        received: region,
        allowed: "a stack in us-east-1, where CloudFront's certificates and log deliveries live",
        fix: 'declare the CDN in the edge stack',
      });
    }
    const regions = origins.map((origin) => origin.region);
    if (regions.length === 0 || new Set(regions).size !== regions.length) {
      faults.push({
        where: `${where}.origins`,
        received: regions,
        allowed: 'one bucket or more, each of another region',
        fix: 'pass the asset bucket of each region once',
      });
    }
    if (faults.length > 0) throw new ConfigurationError(faults);
  }
}
