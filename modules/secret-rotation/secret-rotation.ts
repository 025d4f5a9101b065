import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import type { Connectable } from '../../lib/connections';
import { holds } from '../../lib/decisions';
import type { QuietHoursUtc } from '../../lib/quiet-hours';
import type { EncryptionKey } from '../encryption-key';
import type { GeneratedSecret } from '../generated-secret';
import { LambdaFunction } from '../lambda-function';
import type { Network } from '../network';
import { rotationWindow, type RotationInterval } from './schedule';

/** Longest step: three logins to a database that does not answer, and calls to Secrets Manager. */
const STEP_SECONDS = 60;

/** Rotation on a schedule; turned off it takes a reason. */
export type RotationSafeguard =
  | { readonly enabled: true; readonly every: RotationInterval }
  | { readonly enabled: false; readonly reason: string };

/** A database whose user changes its own password. */
export interface RotatedDatabase extends Connectable {
  readonly writerAddress: string;
  readonly port: number;
  readonly databaseName: string;
}

export interface SecretRotationProps {
  /** Last part of the function's name is `rotate-` and this, such as `signing-key`. */
  readonly component: string;
  readonly secret: GeneratedSecret;
  /** What the secret opens. Without one it is a key whose readers fetch it by themselves. */
  readonly database?: RotatedDatabase;
  readonly schedule: RotationSafeguard;
  /** UTC hours in which a rotation may happen. */
  readonly quietHoursUtc: QuietHoursUtc;
  /** Version of the packed function. */
  readonly version: string;
  readonly network: Network;
  /** Under which the function's environment and its log are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the function's log is kept. */
  readonly logDays: number;
}

/**
 * A new value for a secret on a schedule: Secrets Manager calls a function of its own for each secret, `functions/rotate-secret`,
 * in four steps. The values never pass through Terraform, and a plan sees none of it: what it wrote once, it leaves alone as long
 * as the version of the secret's first value stays.
 */
export class SecretRotation extends Construct {
  /** What alarms are about: the secret and its function; nothing where rotation is off. */
  readonly watched: readonly { readonly label: string; readonly functionName: string }[] = [];

  constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const { secret, database, schedule } = props;
    if (!holds(this, 'rotation', schedule) || !schedule.enabled) return;
    const rotator = new LambdaFunction(this, 'rotator', {
      component: `rotate-${props.component}`,
      description: `Gives the secret ${props.component} a new value`,
      code: 'rotate-secret',
      version: props.version,
      environment: database ? databaseEnvironment(database) : { TARGET: 'signing-key' },
      timeout: STEP_SECONDS,
      network: props.network,
      encryptionKey: props.encryptionKey,
      logDays: props.logDays,
    });
    if (database) rotator.connections.allowTo(database);
    secret.grantRotate(rotator);
    this.watched = [{ label: props.component, functionName: rotator.functionName }];
    rotator.allowCallsFrom('secretsmanager', secret.arn);
    new SecretsmanagerSecretRotation(this, 'schedule', {
      secretId: secret.arn,
      rotationLambdaArn: rotator.arn,
      // The first window, not the deploy: until then Secrets Manager only has the function test what is there.
      rotateImmediately: false,
      rotationRules: rotationWindow(schedule.every, props.quietHoursUtc),
      dependsOn: [...rotator.parts, secret.firstValue],
    });
  }
}

function databaseEnvironment(database: RotatedDatabase): Record<string, string> {
  return {
    TARGET: 'postgres',
    DB_HOST: database.writerAddress,
    DB_PORT: String(database.port),
    DB_NAME: database.databaseName,
    DB_CA_FILE: LambdaFunction.CA_FILE,
  };
}
