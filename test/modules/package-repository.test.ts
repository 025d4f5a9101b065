import { TerraformOutput } from 'cdktf';
import { EncryptionKey } from '../../modules/encryption-key';
import { InstanceRole } from '../../modules/instance-role';
import { PackageRepository } from '../../modules/package-repository';
import { inventory, only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const build = (region?: string): Synthesized =>
  synthesize((stack) => {
    const encryptionKey = new EncryptionKey(stack, 'key', {
      component: 'packages',
      ...(region ? { region } : {}),
    });
    const packages = new PackageRepository(stack, 'packages', { encryptionKey });
    new TerraformOutput(stack, 'arn', { value: packages.arn, staticId: true });
  });

/** Statements of a role that may do both, by the grant. */
const granted = (region: string): Record<string, unknown> => {
  const synthesized = synthesize((stack) => {
    const encryptionKey = new EncryptionKey(stack, 'key', { component: 'packages', region });
    const packages = new PackageRepository(stack, 'packages', { encryptionKey });
    const role = new InstanceRole(stack, 'role', { component: 'build' });
    packages.grantRead(role);
    packages.grantPublish(role);
  });
  const policies = Object.values(resourcesOf(synthesized, 'aws_iam_role_policy'));
  return Object.fromEntries(
    policies.map(({ name, policy }) => [String(name), JSON.parse(String(policy)).Statement]),
  );
};

describe('PackageRepository', () => {
  const synthesized = build();

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      aws_codeartifact_domain: 1,
      aws_codeartifact_domain_permissions_policy: 1,
      aws_codeartifact_repository: 2,
      aws_codeartifact_repository_permissions_policy: 1,
      aws_kms_alias: 1,
      aws_kms_key: 1,
    });
  });

  test('builds ask one repository, and only the other one is connected to the public registry', () => {
    expect(only(synthesized, 'aws_codeartifact_domain')).toEqual({
      domain: 'tiers-test-packages',
      encryption_key: '${aws_kms_key.key_key.arn}',
    });
    const { packages_store: store, packages_repository: packages } = resourcesOf(
      synthesized,
      'aws_codeartifact_repository',
    );
    expect(store).toMatchObject({
      repository: 'npm-store',
      external_connections: { external_connection_name: 'public:npmjs' },
    });
    expect(store).not.toHaveProperty('upstream');
    expect(packages).toMatchObject({
      repository: 'packages',
      upstream: [{ repository_name: '${aws_codeartifact_repository.packages_store.repository}' }],
    });
    expect(packages).not.toHaveProperty('external_connections');
    expect(synthesized.output?.arn?.value).toBe('${aws_codeartifact_repository.packages_repository.arn}');
  });

  test('nobody puts a package beside the public ones by hand, no other account comes in', () => {
    const statements = (type: string): unknown =>
      JSON.parse(String(only(synthesized, type).policy_document)).Statement;
    expect(statements('aws_codeartifact_repository_permissions_policy')).toEqual([
      {
        Sid: 'PublicPackagesOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: [
          'codeartifact:CopyPackageVersions',
          'codeartifact:PublishPackageVersion',
          'codeartifact:PutPackageMetadata',
        ],
        Resource: '*',
      },
    ]);
    expect(only(synthesized, 'aws_codeartifact_repository_permissions_policy').repository).toBe(
      '${aws_codeartifact_repository.packages_store.repository}',
    );
    expect(statements('aws_codeartifact_domain_permissions_policy')).toEqual([
      {
        Sid: 'OtherAccounts',
        Effect: 'Deny',
        Principal: '*',
        Action: ['codeartifact:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } },
      },
    ]);
  });

  test('reading and publishing are two grants, on this repository alone', () => {
    const allow = (Action: string[], ...Resource: string[]) => ({ Effect: 'Allow', Action, Resource });
    const signIn = [
      allow(['codeartifact:GetAuthorizationToken'], '${aws_codeartifact_domain.packages_domain.arn}'),
      {
        ...allow(['sts:GetServiceBearerToken'], '*'),
        Condition: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
      },
    ];
    const repository = '${aws_codeartifact_repository.packages_repository.arn}';
    const { sessions: _sessions, ...grants } = granted('eu-west-1');
    expect(grants).toEqual({
      'read-packages': [
        ...signIn,
        allow(['codeartifact:GetRepositoryEndpoint', 'codeartifact:ReadFromRepository'], repository),
      ],
      'publish-packages': [
        ...signIn,
        allow(['codeartifact:GetRepositoryEndpoint'], repository),
        allow(
          ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'],
          'arn:aws:codeartifact:eu-west-1:111122223333:package/tiers-test-packages/packages/*',
        ),
      ],
    });
  });

  test('goes where its key is, all of it', () => {
    const elsewhere = build('eu-west-1');
    const regions = Object.keys(inventory(elsewhere)).flatMap((type) =>
      Object.values(resourcesOf(elsewhere, type)).map(({ region }) => region),
    );
    expect(regions).toEqual(Array(7).fill('eu-west-1'));
  });
});
