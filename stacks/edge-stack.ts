import type { Construct } from 'constructs';
import type { Deployment } from '../deployments/schema';
import { AlarmPath } from '../modules/alarm-path';
import { AlarmTopics } from '../modules/alarms';
import { Cdn } from '../modules/cdn';
import { Certificate } from '../modules/certificate';
import { ChatChannel } from '../modules/chat-channel';
import { EdgeDashboard } from '../modules/dashboard';
import { EdgeAlarms } from '../modules/edge-alarms';
import { EncryptionKey } from '../modules/encryption-key';
import { GeoDns } from '../modules/geo-dns';
import { ObjectStorage } from '../modules/object-storage';
import { WebAcl } from '../modules/web-acl';
import type { AppStack } from './app-stack';
import type { DataStack } from './data-stack';
import type { GlobalStack } from './global-stack';
import { chatGrades, drillHour } from './notifications';
import type { ObservabilityStack } from './observability-stack';
import { TiersStack } from './tiers-stack';

/** CloudFront takes its certificate from this region only (Amazon CloudFront Developer Guide, "Requirements for using SSL/TLS certificates with CloudFront"). */
const EDGE_REGION = 'us-east-1';

/** One region as the edge sees it. */
export interface EdgeRegion {
  readonly deployment: Deployment;
  readonly data: DataStack;
  readonly app: AppStack;
  readonly observability: ObservabilityStack;
}

/** The CDN, and what it brings along. */
interface EdgeCdn {
  readonly distribution: Cdn;
  readonly certificate: Certificate;
  readonly webAcl: WebAcl;
}

/** What users reach first: the CDN over the regions' buckets, and the names that lead to the nearest healthy region. */
export class EdgeStack extends TiersStack {
  constructor(
    scope: Construct,
    id: string,
    global: GlobalStack,
    regions: readonly [EdgeRegion, ...EdgeRegion[]],
  ) {
    const [{ deployment }] = regions;
    super(scope, id, { environment: deployment, region: EDGE_REGION });
    const { domain } = deployment;
    const { zoneId } = global.hostedZone;
    const encryptionKey = new EncryptionKey(this, 'encryption', { component: 'edge' });
    const cdn = this.cdn(regions, encryptionKey);
    const dns = new GeoDns(this, 'dns', {
      zoneId,
      domain,
      regions: regions.map(({ deployment: { region, continent }, app: { door, server } }) => ({
        region,
        continent,
        loadBalancer: door?.loadBalancer,
        address: server?.address,
      })),
      cdn: cdn?.distribution,
    });
    const topics = new AlarmTopics(this, 'topics', {
      component: 'edge',
      contact: deployment.contact,
      chat: chatGrades(deployment),
      encryptionKey,
    });
    new AlarmPath(this, 'alarm-path', {
      topics,
      hour: drillHour(deployment),
      timeZone: deployment.timeZone,
      encryptionKey,
    });
    for (const grade of chatGrades(deployment)) {
      new ChatChannel(this, `chat-${grade}`, {
        component: `${grade}s`,
        channel: deployment.chat![grade]!,
        topicArns: [topics, ...regions.map(({ observability }) => observability.topics)].map(
          ({ arns }) => arns[grade],
        ),
      });
    }
    const { alarmArns } = new EdgeAlarms(this, 'alarms', {
      topics,
      checkIds: dns.checkIds,
      ...(global.hostedZone.dsRecord ? { signedZoneId: zoneId } : {}),
      ...(cdn && dns.cdnCheckId
        ? {
            cdn: {
              distributionId: cdn.distribution.distributionId,
              checkId: dns.cdnCheckId,
              certificateArn: cdn.certificate.arn,
              webAclName: cdn.webAcl.name,
            },
          }
        : {}),
    });
    new EdgeDashboard(this, 'dashboard', {
      alarms: alarmArns,
      zoneId,
      checkIds: { ...dns.checkIds, ...(dns.cdnCheckId ? { CDN: dns.cdnCheckId } : {}) },
      ...(cdn
        ? {
            cdn: {
              distributionId: cdn.distribution.distributionId,
              webAclName: cdn.webAcl.name,
              certificateArn: cdn.certificate.arn,
            },
          }
        : {}),
    });
    this.publish('site', 'Address of the page', `https://www.${domain}`);
    this.publish('api', 'Address of the API', `https://api.${domain}`);
  }

  private cdn(
    regions: readonly [EdgeRegion, ...EdgeRegion[]],
    encryptionKey: EncryptionKey,
  ): EdgeCdn | undefined {
    const [{ deployment }] = regions;
    const { domain, cdn, logDays } = deployment;
    if (!cdn) return undefined;
    const certificate = new Certificate(this, 'certificate', { domain });
    const webAcl = new WebAcl(this, 'web-acl', {
      component: 'cdn',
      scope: 'CLOUDFRONT',
      encryptionKey,
      logDays,
    });
    const distribution = new Cdn(this, 'cdn', {
      domain,
      certificate,
      origins: regions.map(({ deployment: { region }, data }) => ({ region, bucket: data.assets })),
      apiOrigin: `api.${domain}`,
      priceClass: cdn.priceClass,
      webAcl,
      logBucket: new ObjectStorage(this, 'cdn-logs', {
        component: 'cdn-logs',
        encryptionKey,
        logDelivery: ['cdn'],
        retention: { expireAfterDays: logDays },
        keepObjects: deployment.deletionProtection,
      }),
    });
    return { distribution, certificate, webAcl };
  }
}
