import { certificateAlarm, webAclAlarm, type AlarmsPlan } from '../alarms';
import { cdnAlarms, type CdnInput } from './cdn';
import { reachabilityAlarms, signingAlarms, type DnsInput } from './dns';

/** What is watched at the edge, as plain data. All of its metrics are those of us-east-1. */
export interface EdgeInput extends DnsInput {
  /** Leave it out where there is no CDN. */
  readonly cdn?: CdnInput & { readonly certificateArn: string; readonly webAclName: string };
}

/** All alarms of the edge, as plain data. Each id is unique, and none is one of a region's. */
export function planEdgeAlarms({ cdn, checkIds, signedZoneId }: EdgeInput): AlarmsPlan {
  return {
    alarms: [
      ...reachabilityAlarms({ checkIds }),
      ...(cdn
        ? [
            ...cdnAlarms(cdn),
            certificateAlarm('edge-certificate-ends', 'the CDN', cdn.certificateArn),
            webAclAlarm({ id: 'edge-web-acl-blocked', guards: 'the CDN', name: cdn.webAclName }),
          ]
        : []),
      ...(signedZoneId === undefined ? [] : signingAlarms(signedZoneId)),
    ],
    composites: [
      {
        id: 'edge-affected',
        grade: 'page',
        impact:
          'users do not get through from outside, to a region or to the CDN: the message names the alarms that are on',
        runbook: 'region-unreachable',
      },
    ],
  };
}
