import { Construct } from 'constructs';
import type { Connectable } from '../../lib/connections';
import type { Grantable } from '../../lib/grants';

export interface ErrorTrackingProps {
  /**
   * ARN of the secret that holds the DSN of a project of Sentry. Somebody makes it by hand in the same account and region, under the
   * default key of Secrets Manager: no plan ever has the value.
   */
  readonly dsnSecretArn: string;
}

/** Servers whose errors are tracked. */
export type Tracked = Grantable & Connectable;

/** Lets servers send their errors to Sentry: they may read the DSN, and open HTTPS connections through NAT. */
export class ErrorTracking extends Construct {
  /** For the environment of the servers. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly dsnSecretArn: string;

  constructor(scope: Construct, id: string, { dsnSecretArn }: ErrorTrackingProps) {
    super(scope, id);
    this.dsnSecretArn = dsnSecretArn;
    this.environment = { SENTRY_DSN_SECRET_ARN: dsnSecretArn };
  }

  allow(servers: Tracked): void {
    servers.grant('read-sentry-dsn', [
      { actions: ['secretsmanager:GetSecretValue'], resources: [this.dsnSecretArn] },
    ]);
    servers.connections.allowToInternet('Sentry');
  }
}
