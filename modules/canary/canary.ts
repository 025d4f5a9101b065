import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { SyntheticsCanary } from '@cdktf/provider-aws/lib/synthetics-canary';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import { policyDocument, trustedBy, type Grantable, type Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { GeneratedSecret } from '../generated-secret';
import { ObjectStorage, type LogTarget } from '../object-storage';

/** Runs by the clock, or none and why. */
export type CanaryRuns =
  | { readonly enabled: true; readonly everyMinutes: 1 | 5 | 15 }
  | Extract<Safeguard, { readonly enabled: false }>;

export interface CanaryProps {
  readonly runs: CanaryRuns;
  /** Where users find the page and the API, such as `https://www.example.com`. */
  readonly siteUrl: string;
  readonly apiUrl: string;
  /** Version of the packed canary, such as `0.1.0`. */
  readonly version: string;
  /** Under which the runs, the packed canary and its password are kept. */
  readonly encryptionKey: EncryptionKey;
  readonly accessLogs: LogTarget;
  /** Destroying the bucket fails while it holds objects. Default: on. */
  readonly keepObjects?: Safeguard;
}

/** Where `npm run package` writes archives, seen from cdktf.out/stacks/<stack>, where Terraform runs. */
const FOLDER = '../../../dist/release';
/**
 * Node.js without a browser (Amazon CloudWatch User Guide, "Runtime versions using Node.js"). Canaries of a deprecated runtime go
 * on, new ones are refused: raise it with the page open.
 */
const RUNTIME = 'syn-nodejs-5.2';
/** Days that runs and what they left are kept. */
const RUN_DAYS = 31;
/** Seconds of a run: five steps of eight at most, and ended before the next begins. */
const TIMEOUT = 50;
/** MiB, the fewest that CloudWatch Synthetics takes. */
const MEMORY = 960;
/** The same guide, "DeleteCanary" in its API Reference: characters of the canary's name in what is made for it. */
const PREFIX = 21;

/**
 * Goes the way of a user from outside, over the public names: what the balancer counts is only what reaches it. The script is
 * packed by `npm run package` and has to be there when the stack is applied, not when it is synthesized or planned.
 */
export class Canary extends Construct implements Grantable {
  /** What its metrics are kept by; none where it does not run. */
  readonly watched?: { readonly name: string; readonly everyMinutes: number };
  private readonly policies: ITerraformDependable[] = [];
  private role?: IamRole;

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    const { runs, encryptionKey } = props;
    if (!runs.enabled) {
      holds(this, 'runs', runs);
      return;
    }
    const names = Names.of(this);
    const name = names.regional('canary', 'journey');
    const bucket = new ObjectStorage(this, 'artifacts', {
      component: 'canary',
      encryptionKey,
      accessLogs: props.accessLogs,
      retention: { expireAfterDays: RUN_DAYS, prefix: 'runs/' },
      keepObjects: props.keepObjects,
    });
    const code = new S3Object(this, 'code', {
      bucket: bucket.bucketName,
      key: `code/${props.version}.zip`,
      source: `${FOLDER}/canary-${props.version}.zip`,
      contentType: 'application/zip',
    });
    const password = new GeneratedSecret(this, 'password', {
      component: 'canary-password',
      encryptionKey,
      description: "Password of the canary's account, whose name follows from it",
    });
    this.role = new IamRole(this, 'role', {
      name: names.account('role', 'canary'),
      description: 'Canary: tries the way of a user from outside',
      assumeRolePolicy: trustedBy('lambda.amazonaws.com'),
    });
    bucket.grantWrite(this, 'runs/');
    password.grantRead(this);
    this.grant('run', runStatements(this, name, bucket.arn));

    const canary = new SyntheticsCanary(this, 'canary', {
      name,
      artifactS3Location: `s3://${bucket.bucketName}/runs/`,
      artifactConfig: {
        s3Encryption: { encryptionMode: 'SSE_KMS', kmsKeyArn: encryptionKey.arn },
      },
      executionRoleArn: this.role.arn,
      runtimeVersion: RUNTIME,
      s3Bucket: bucket.bucketName,
      s3Key: code.key,
      s3Version: code.versionId,
      handler: 'canary.handler',
      schedule: { expression: `rate(${runs.everyMinutes} minute${runs.everyMinutes > 1 ? 's' : ''})` },
      runConfig: {
        timeoutInSeconds: TIMEOUT,
        memoryInMb: MEMORY,
        activeTracing: true,
        environmentVariables: {
          SITE_URL: props.siteUrl,
          API_URL: props.apiUrl,
          PASSWORD_SECRET_ARN: password.arn,
        },
      },
      successRetentionPeriod: RUN_DAYS,
      failureRetentionPeriod: RUN_DAYS,
      startCanary: true,
      deleteLambda: true,
      dependsOn: this.policies,
    });
    this.watched = { name: canary.name, everyMinutes: runs.everyMinutes };
  }

  /** Adds an inline policy of that name to the canary's role. */
  grant(id: string, statements: readonly Statement[]): void {
    if (!this.role) return;
    const policy = policyDocument(statements);
    this.policies.push(new IamRolePolicy(this, id, { name: id, role: this.role.name, policy }));
  }
}

/** Amazon CloudWatch Synthetics API Reference, "CreateCanary": what the role of a canary needs beside its objects. */
function runStatements(scope: Construct, name: string, bucketArn: string): Statement[] {
  const { region, account } = placeOf(scope);
  const groups = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${name.slice(0, PREFIX)}*`;
  return [
    { actions: ['s3:GetBucketLocation'], resources: [bucketArn] },
    {
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [groups],
    },
    {
      // Neither knows resources (Service Authorization Reference); one is bound to its namespace instead.
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': 'CloudWatchSynthetics' } },
    },
    { actions: ['s3:ListAllMyBuckets', 'xray:PutTraceSegments'], resources: ['*'] },
  ];
}
