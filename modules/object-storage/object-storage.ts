import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketCorsConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-cors-configuration';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { holds, type Safeguard } from '../../lib/decisions';
import type { Grantable, Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey, KeyAccess } from '../encryption-key';
import { bucketPolicy, type LogSource } from './bucket-policy';
import { encryptionRule, refuseSources } from './encryption';
import { lifecycleRules, type Retention } from './lifecycle';

/** Seconds for which a browser remembers that it may upload. */
const CORS_MAX_AGE = 3600;
const NONCURRENT_DAYS = 30;

export interface ObjectStorageProps {
  /** Part of the bucket's name, such as `assets`. */
  readonly component: string;
  /** Under which objects are kept. Turned off, S3 keeps them under keys of its own, for writers that can use no other. */
  readonly encryptionKey: EncryptionKey | Extract<Safeguard, { readonly enabled: false }>;
  /** Expiry of objects, one or one for each prefix. Default: none expires. */
  readonly retention?: Retention | readonly Retention[];
  /** Days for which a replaced or deleted object can be brought back. Default: 30. */
  readonly noncurrentDays?: number;
  /** Origins, such as `https://www.example.com`, whose pages may upload to presigned addresses. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Key prefixes, such as `media/`, that this account's CloudFront distributions may read. Default: none. */
  readonly cdnPrefixes?: readonly string[];
  /** Services that write their logs here. Default: none. */
  readonly logDelivery?: readonly LogSource[];
  /** Bucket of the same region, with `s3` in its `logDelivery`, for a line about each request. Default: none. */
  readonly accessLogs?: LogTarget;
  /** Earlier versions of an object are kept. Default: on. */
  readonly versioning?: Safeguard;
  /** Destroying the bucket fails while it holds objects. Default: on; off deletes them with it. */
  readonly keepObjects?: Safeguard;
}

/** A bucket that takes logs. */
export interface LogTarget {
  /** Name of the bucket, known once its policy lets the logs in. */
  readonly logBucketName: string;
}

/** A private bucket: encrypted, versioned, TLS only, closed to the public, with one policy. */
export class ObjectStorage extends Construct implements LogTarget {
  readonly bucketName: string;
  /** The bucket's name as text: for other stacks, which need no state to know it. */
  readonly plainName: string;
  readonly region: string;
  readonly logBucketName: string;
  readonly arn: string;
  readonly regionalDomainName: string;
  /** Name of the bucket, known once it keeps versions. */
  readonly versionedBucketName: string;
  private readonly component: string;
  private readonly key?: EncryptionKey;

  constructor(scope: Construct, id: string, props: ObjectStorageProps) {
    super(scope, id);
    this.component = props.component;
    this.key = this.keyOf(props);
    this.region = placeOf(this).region;
    this.plainName = Names.of(this).bucket(props.component);
    const bucket = new S3Bucket(this, 'bucket', {
      bucket: this.plainName,
      forceDestroy: !holds(this, 'keepObjects', props.keepObjects),
    });
    const closed = new S3BucketPublicAccessBlock(this, 'public-access-block', {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket: bucket.id,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: bucket.id,
      rule: [encryptionRule(this.key)],
    });
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket: bucket.id,
      versioningConfiguration: {
        status: holds(this, 'versioning', props.versioning) ? 'Enabled' : 'Suspended',
      },
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: bucket.id,
      rule: lifecycleRules(props.noncurrentDays ?? NONCURRENT_DAYS, [props.retention ?? []].flat()),
      dependsOn: [versioning],
    });
    const policy = new S3BucketPolicy(this, 'policy', {
      bucket: bucket.id,
      policy: bucketPolicy({
        arn: bucket.arn,
        place: placeOf(this),
        cdnPrefixes: props.cdnPrefixes ?? [],
        logDelivery: props.logDelivery ?? [],
      }),
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [closed],
    });
    if (props.corsOrigins?.length) {
      new S3BucketCorsConfiguration(this, 'cors', {
        bucket: bucket.id,
        corsRule: [
          {
            allowedMethods: ['PUT'],
            allowedOrigins: [...props.corsOrigins],
            allowedHeaders: ['*'],
            exposeHeaders: ['ETag'],
            maxAgeSeconds: CORS_MAX_AGE,
          },
        ],
      });
    }
    if (props.accessLogs) {
      new S3BucketLoggingA(this, 'logging', {
        bucket: bucket.id,
        targetBucket: props.accessLogs.logBucketName,
        targetPrefix: `s3/${props.component}/`,
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: 'EventTime' } },
      });
    }
    this.bucketName = bucket.bucket;
    this.versionedBucketName = versioning.bucket;
    this.logBucketName = policy.bucket;
    this.arn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
  }

  /**
   * Reads of objects whose keys begin with the prefix. A key that does not exist answers 403 to those who may not list
   * (Amazon S3 API Reference, "GetObject"): see `grantList`.
   */
  grantRead(grantee: Grantable, prefix = ''): void {
    grantee.grant(this.grantId('read', prefix), [
      { actions: ['s3:GetObject'], resources: [`${this.arn}/${prefix}*`] },
      ...this.keyStatements('read'),
    ]);
  }

  /** Reads of one version of an object by its id, which is an action of its own. */
  grantReadVersions(grantee: Grantable, prefix: string): void {
    grantee.grant(this.grantId('read-versions', prefix), [
      { actions: ['s3:GetObjectVersion'], resources: [`${this.arn}/${prefix}*`] },
      ...this.keyStatements('read'),
    ]);
  }

  /** Lists keys, and with that tells an object that is missing from one that is forbidden. */
  grantList(grantee: Grantable): void {
    grantee.grant(this.grantId('list', ''), [{ actions: ['s3:ListBucket'], resources: [this.arn] }]);
  }

  /** Writes, presigned ones included, of objects whose keys begin with the prefix; no deletion. */
  grantWrite(grantee: Grantable, prefix: string): void {
    grantee.grant(this.grantId('write', prefix), [
      { actions: ['s3:AbortMultipartUpload', 's3:PutObject'], resources: [`${this.arn}/${prefix}*`] },
      ...this.keyStatements('both'),
    ]);
  }

  /** ARN of the key, where objects lie under one of the account. */
  get keyArn(): string | undefined {
    return this.key?.arn;
  }

  /** What a role needs of the key for objects of this bucket; nothing where S3 keeps them under keys of its own. */
  keyStatements(access: KeyAccess): Statement[] {
    return this.key ? [this.key.statement('s3', access)] : [];
  }

  /** The key, which also lets in what the bucket's policy lets in. */
  private keyOf({ encryptionKey, cdnPrefixes, logDelivery }: ObjectStorageProps): EncryptionKey | undefined {
    if ('enabled' in encryptionKey) {
      holds(this, 'encryptionKey', encryptionKey);
      return undefined;
    }
    refuseSources(this.node.path, logDelivery ?? []);
    if (cdnPrefixes?.length) encryptionKey.allowCdn();
    if (logDelivery?.includes('cdn')) encryptionKey.allowLogDelivery();
    return encryptionKey;
  }

  private grantId(verb: string, prefix: string): string {
    return [verb, this.component, ...prefix.split('/')].filter(Boolean).join('-');
  }
}
