import { Construct } from 'constructs';
import type { Connectable } from '../../lib/connections';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { DISTRIBUTION_PARAMETER } from './distribution-parameter';

const EDGE_REGION = 'us-east-1';

export interface CdnInvalidationProps {
  /** The environment's domain: the distribution's tag `Name` is `www.<domain>`. */
  readonly domain: string;
}

/**
 * Lets servers take pages out of the CDN before their time. The edge comes after the regions, so that they can't refer to its
 * distribution: they know the name of a parameter that it writes, and may invalidate the distribution with the tag of their environment.
 */
export class CdnInvalidation extends Construct {
  /** For the environment of the servers. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly parameterArn: string;
  private readonly distributions: string;
  private readonly host: string;

  constructor(scope: Construct, id: string, { domain }: CdnInvalidationProps) {
    super(scope, id);
    const { account } = placeOf(this);
    const name = Names.of(this).path('parameter', DISTRIBUTION_PARAMETER);
    this.environment = { CDN_DISTRIBUTION_PARAMETER: name };
    this.parameterArn = `arn:aws:ssm:${EDGE_REGION}:${account}:parameter${name}`;
    this.distributions = `arn:aws:cloudfront::${account}:distribution/*`;
    this.host = `www.${domain}`;
  }

  /** CloudFront's API has no endpoint in a VPC: it is called through NAT. */
  allow(servers: Grantable & Connectable): void {
    servers.grant('invalidate-cdn', [
      { actions: ['ssm:GetParameter'], resources: [this.parameterArn] },
      {
        actions: ['cloudfront:CreateInvalidation'],
        resources: [this.distributions],
        conditions: { StringEquals: { 'aws:ResourceTag/Name': this.host } },
      },
    ]);
    servers.connections.allowToInternet('CloudFront');
  }
}
