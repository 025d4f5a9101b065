import { z } from 'zod';
import { DATADOG_SITES } from '../lib/datadog';
import { expect, list, matching, optionalGroup } from './rules';

/** What goes on to services outside AWS that a team knows already. */

const secretArn = matching(
  /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
  'the whole ARN of a secret, with the six characters at its end',
  "write for instance 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sentry-AbCdEf'",
);

export const errorTracking = optionalGroup({
  sentry: z.strictObject(
    {
      /** Secret that somebody makes by hand, with the DSN of a project as its text. */
      dsnSecretArn: secretArn,
    },
    expect('{ dsnSecretArn }', 'write it as docs/service.md does'),
  ),
});

export const metricsExport = optionalGroup({
  datadog: z.strictObject(
    {
      site: z.enum(DATADOG_SITES, expect(DATADOG_SITES.join(', '), "write for instance 'datadoghq.eu'")),
      /** Secret that somebody makes by hand, with `{ "api_key": "..." }` as its text. */
      apiKeySecretArn: secretArn,
      /** Namespaces whose metrics go. Default: those of the tiers, the service and its business. */
      namespaces: list(
        // Amazon CloudWatch API Reference, "MetricStreamFilter": Namespace.
        matching(/^[\w./#-]{1,255}$/, 'a namespace of CloudWatch', "write for instance 'AWS/RDS'"),
        { from: 1, to: 100, what: 'namespaces', example: "['AWS/ApplicationELB', 'AWS/RDS']" },
      ).optional(),
    },
    expect(
      '{ site, apiKeySecretArn, namespaces }, the last of which may be left out',
      'write it as docs/export.md does',
    ),
  ),
});
