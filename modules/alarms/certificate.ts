import type { AlarmPlan } from './types';

/** ACM renews 60 days before the end (AWS Certificate Manager User Guide, "Managed certificate renewal"), so half of that has gone by in vain. */
const DAYS = 30;

/** A certificate, by what it is presented for: an ending of the impact, such as `the load balancer`. */
export function certificateAlarm(id: string, presenter: string, arn: string): AlarmPlan {
  return {
    id,
    grade: 'ticket',
    impact: `the certificate of ${presenter} ends in less than ${DAYS} days and was not renewed by itself: nobody can connect then`,
    runbook: 'certificate',
    measure: {
      namespace: 'AWS/CertificateManager',
      name: 'DaysToExpiry',
      dimensions: { CertificateArn: arn },
      statistic: 'Minimum',
    },
    when: 'below',
    threshold: DAYS,
    period: 86_400,
    of: 1,
    bad: 1,
    // Published twice a day; a certificate that has ended is silent, which the canary and the health checks notice first.
    missing: 'notBreaching',
  };
}
