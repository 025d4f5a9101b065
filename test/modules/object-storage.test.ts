import { decisionsOf } from '../../lib/decisions';
import { ObjectStorage, type ObjectStorageProps } from '../../modules/object-storage';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

const OFF = { enabled: false, reason: 'a test of the other way' } as const;

interface PolicyStatement {
  readonly Sid: string;
  readonly [element: string]: unknown;
}

function build(props: Partial<ObjectStorageProps> = {}): Synthesized {
  return synthesize(
    (stack) =>
      new ObjectStorage(stack, 'assets', { encryptionKey: keyOf(stack), component: 'assets', ...props }),
  );
}

function policyOf(synthesized: Synthesized): readonly PolicyStatement[] {
  return JSON.parse(String(only(synthesized, 'aws_s3_bucket_policy').policy)).Statement;
}

const BUCKET = '${aws_s3_bucket.assets_bucket.arn}';

describe('ObjectStorage', () => {
  const plain = build();

  test('declares exactly these resources, and CORS only where a page uploads', () => {
    const expected = {
      ...KEY_INVENTORY,
      aws_s3_bucket: 1,
      aws_s3_bucket_lifecycle_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
    };
    expect(inventory(plain)).toEqual(expected);
    expect(inventory(build({ corsOrigins: [] }))).toEqual(expected);
    expect(inventory(build({ corsOrigins: ['https://www.example.com'] }))).toEqual({
      ...expected,
      aws_s3_bucket_cors_configuration: 1,
    });
  });

  test('is private, versioned, encrypted, without ACLs, and kept while it holds objects', () => {
    expect(only(plain, 'aws_s3_bucket')).toMatchObject({
      bucket: 'tiers-test-us-east-1-assets-111122223333',
      force_destroy: false,
    });
    expect(only(plain, 'aws_s3_bucket_public_access_block')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(JSON.stringify(only(plain, 'aws_s3_bucket_versioning'))).toContain('"status":"Enabled"');
    expect(JSON.stringify(only(plain, 'aws_s3_bucket_ownership_controls'))).toContain('BucketOwnerEnforced');
    expect(JSON.stringify(only(plain, 'aws_s3_bucket_server_side_encryption_configuration'))).toContain(
      '"kms_master_key_id":"${aws_kms_key.encryption_key.arn}","sse_algorithm":"aws:kms"',
    );
  });

  test('refuses everything without TLS and allows nothing by itself', () => {
    expect(policyOf(plain)).toEqual([
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [BUCKET, `${BUCKET}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test("lets this account's distributions, and nobody else's, read the given prefixes", () => {
    const [, read, ...rest] = policyOf(build({ cdnPrefixes: ['site/', 'media/'] }));
    expect(rest).toEqual([]);
    expect(read).toEqual({
      Sid: 'ReadByCdn',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: [`${BUCKET}/site/*`, `${BUCKET}/media/*`],
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/*' } },
    });
  });

  test('logs that arrive under keys of S3 only are refused a key of KMS, and the reason is kept', () => {
    for (const source of ['load-balancer', 's3'] as const) {
      expect(() => build({ logDelivery: [source] })).toThrow(
        `assets.encryptionKey: received "a key of KMS, with logs of ${source}"`,
      );
    }
    synthesize((stack) => {
      new ObjectStorage(stack, 'logs', { component: 'logs', encryptionKey: OFF, logDelivery: ['s3'] });
      expect(decisionsOf(stack)).toEqual([
        { where: 'logs', setting: 'encryptionKey', reason: 'a test of the other way' },
      ]);
    });
  });

  test('the key lets in whoever the bucket lets in', () => {
    const usersOf = (props: Partial<ObjectStorageProps>): unknown =>
      JSON.parse(String(only(build(props), 'aws_kms_key').policy)).Statement.map(
        ({ Sid }: PolicyStatement) => Sid,
      );
    expect(usersOf({})).toEqual(['Account']);
    expect(usersOf({ cdnPrefixes: ['site/'] })).toEqual(['Account', 'ReadByCdn']);
    expect(usersOf({ logDelivery: ['cdn'] })).toEqual(['Account', 'LogDelivery']);
  });

  test('requests are logged to another bucket, below a prefix of its own, once that lets them in', () => {
    const logged = synthesize((stack) => {
      const logs = new ObjectStorage(stack, 'logs', {
        component: 'logs',
        encryptionKey: OFF,
        logDelivery: ['s3'],
      });
      new ObjectStorage(stack, 'assets', {
        component: 'assets',
        encryptionKey: keyOf(stack),
        accessLogs: logs,
      });
    });
    expect(only(logged, 'aws_s3_bucket_logging')).toMatchObject({
      bucket: '${aws_s3_bucket.assets_bucket.id}',
      target_bucket: '${aws_s3_bucket_policy.logs_policy.bucket}',
      target_prefix: 's3/assets/',
    });
  });

  test("takes logs of this account's balancers, buckets and distributions", () => {
    const [, balancer, s3] = policyOf(build({ encryptionKey: OFF, logDelivery: ['load-balancer', 's3'] }));
    const [, cdn] = policyOf(build({ logDelivery: ['cdn'] }));
    expect(s3).toMatchObject({
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `${BUCKET}/s3/*`,
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
    expect(balancer).toMatchObject({
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: [`${BUCKET}/AWSLogs/111122223333/*`, `${BUCKET}/*/AWSLogs/111122223333/*`],
    });
    expect(cdn).toMatchObject({
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: 's3:PutObject',
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:111122223333:delivery-source:*' } },
    });
  });

  test('removes what nobody sees, and expires only what it is told to', () => {
    const rules = (props?: Partial<ObjectStorageProps>): unknown =>
      only(build(props), 'aws_s3_bucket_lifecycle_configuration').rule;
    const housekeeping = expect.objectContaining({
      filter: [{}],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
      expiration: [{ expired_object_delete_marker: true }],
    });
    expect(rules()).toEqual([housekeeping]);
    expect(rules({ retention: { expireAfterDays: 90, prefix: 'tmp/' } })).toEqual([
      housekeeping,
      { id: 'expiry', status: 'Enabled', filter: [{ prefix: 'tmp/' }], expiration: [{ days: 90 }] },
    ]);
    expect(rules({ retention: { expireAfterDays: 90 } })).toContainEqual(
      expect.objectContaining({ id: 'expiry', filter: [{}] }),
    );
  });

  test('grants reads and writes below a prefix, and no deletion', () => {
    const grantee = new RecordingGrantee();
    const resources = synthesize((stack) => {
      const storage = new ObjectStorage(stack, 'assets', {
        encryptionKey: keyOf(stack),
        component: 'assets',
      });
      storage.grantRead(grantee, 'uploads/');
      storage.grantWrite(grantee, 'media/');
      storage.grantRead(grantee);
      storage.grantList(grantee);
    });
    expect(inventory(resources)).toMatchObject({ aws_s3_bucket: 1 });
    expect(Object.keys(grantee.granted)).toEqual([
      'read-assets-uploads',
      'write-assets-media',
      'read-assets',
      'list-assets',
    ]);
    const [read] = grantee.granted['read-assets-uploads'] ?? [];
    const [write] = grantee.granted['write-assets-media'] ?? [];
    expect(read?.actions).toEqual(['s3:GetObject']);
    expect(read?.resources).toEqual([expect.stringMatching(/\/uploads\/\*$/)]);
    const [list] = grantee.granted['list-assets'] ?? [];
    expect(list?.actions).toEqual(['s3:ListBucket']);
    expect(list?.resources).toEqual([expect.not.stringMatching(/\/\*$/)]);
    expect(write?.actions).toEqual(['s3:AbortMultipartUpload', 's3:PutObject']);
    expect(write?.resources).toEqual([expect.stringMatching(/\/media\/\*$/)]);
  });

  test('what is turned off is off, and its reason is kept', () => {
    const bare = synthesize((stack) => {
      new ObjectStorage(stack, 'assets', {
        encryptionKey: keyOf(stack),
        component: 'assets',
        keepObjects: OFF,
        versioning: OFF,
      });
      expect(decisionsOf(stack).map(({ setting, reason }) => [setting, reason])).toEqual([
        ['keepObjects', OFF.reason],
        ['versioning', OFF.reason],
      ]);
    });
    expect(only(bare, 'aws_s3_bucket').force_destroy).toBe(true);
    expect(JSON.stringify(only(bare, 'aws_s3_bucket_versioning'))).toContain('"status":"Suspended"');
  });
});
