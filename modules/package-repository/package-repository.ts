import { CodeartifactDomain } from '@cdktf/provider-aws/lib/codeartifact-domain';
import { CodeartifactDomainPermissionsPolicy } from '@cdktf/provider-aws/lib/codeartifact-domain-permissions-policy';
import { CodeartifactRepository } from '@cdktf/provider-aws/lib/codeartifact-repository';
import { CodeartifactRepositoryPermissionsPolicy } from '@cdktf/provider-aws/lib/codeartifact-repository-permissions-policy';
import { Construct } from 'constructs';
import type { Grantable, Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';

export interface PackageRepositoryProps {
  /** Of the same region as the repository. */
  readonly encryptionKey: EncryptionKey;
}

/** Names of the repositories within the domain. */
const STORE = 'npm-store';
const PACKAGES = 'packages';

/**
 * The libraries that releases are built from, kept here: what was fetched once is there when the public registry is not. Builds
 * ask `packages`, which passes on to `npm-store`, which alone is connected to the public registry and takes nothing from anybody
 * else (CodeArtifact User Guide, "Requesting a package version with upstream repositories"). A domain keeps each package once,
 * in one region, under one key that can't be changed later.
 */
export class PackageRepository extends Construct {
  /** `arn:aws:codeartifact:<region>:<account>:repository/<domain>/<repository>`: all that `npm run package` has to know. */
  readonly arn: string;
  private readonly domainArn: string;
  private readonly packagesArn: string;

  constructor(scope: Construct, id: string, { encryptionKey }: PackageRepositoryProps) {
    super(scope, id);
    const { account, region: own } = placeOf(this);
    const { region } = encryptionKey;
    const elsewhere = region === own ? {} : { region };
    const name = Names.of(this).regional('packageDomain', 'packages');
    const domain = new CodeartifactDomain(this, 'domain', {
      domain: name,
      encryptionKey: encryptionKey.arn,
      ...elsewhere,
    });
    // No other account is let in today; whoever adds one has to take this away first.
    new CodeartifactDomainPermissionsPolicy(this, 'domain-policy', {
      domain: domain.domain,
      policyDocument: denial({
        sid: 'OtherAccounts',
        actions: ['codeartifact:*'],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': account } },
      }),
      ...elsewhere,
    });
    const store = new CodeartifactRepository(this, 'store', {
      domain: domain.domain,
      repository: STORE,
      description: 'What was fetched from the public npm registry',
      externalConnections: { externalConnectionName: 'public:npmjs' },
      ...elsewhere,
    });
    // What passes for a public package has come from the public registry: nobody puts it here by hand.
    new CodeartifactRepositoryPermissionsPolicy(this, 'store-policy', {
      domain: domain.domain,
      repository: store.repository,
      policyDocument: denial({
        sid: 'PublicPackagesOnly',
        actions: [
          'codeartifact:CopyPackageVersions',
          'codeartifact:PublishPackageVersion',
          'codeartifact:PutPackageMetadata',
        ],
      }),
      ...elsewhere,
    });
    const packages = new CodeartifactRepository(this, 'repository', {
      domain: domain.domain,
      repository: PACKAGES,
      description: 'Libraries that releases are built from',
      upstream: [{ repositoryName: store.repository }],
      ...elsewhere,
    });
    this.arn = packages.arn;
    this.domainArn = domain.arn;
    this.packagesArn = `arn:aws:codeartifact:${region}:${account}:package/${name}/${PACKAGES}/*`;
  }

  /** Installs packages: for the role of a release build. */
  grantRead(grantee: Grantable): void {
    grantee.grant('read-packages', [
      ...this.signIn(),
      {
        actions: ['codeartifact:GetRepositoryEndpoint', 'codeartifact:ReadFromRepository'],
        resources: [this.arn],
      },
    ]);
  }

  /** Publishes packages of our own, beside those from the public registry. */
  grantPublish(grantee: Grantable): void {
    grantee.grant('publish-packages', [
      ...this.signIn(),
      { actions: ['codeartifact:GetRepositoryEndpoint'], resources: [this.arn] },
      {
        actions: ['codeartifact:PublishPackageVersion', 'codeartifact:PutPackageMetadata'],
        resources: [this.packagesArn],
      },
    ]);
  }

  /** CodeArtifact User Guide, "CodeArtifact authentication and tokens": two services make a token together. */
  private signIn(): Statement[] {
    return [
      { actions: ['codeartifact:GetAuthorizationToken'], resources: [this.domainArn] },
      {
        // A token of the caller's own: the action knows no resource.
        actions: ['sts:GetServiceBearerToken'],
        resources: ['*'],
        conditions: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
      },
    ];
  }
}

interface Denial {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly conditions?: Statement['conditions'];
}

function denial({ sid, actions, conditions }: Denial): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid,
        Effect: 'Deny',
        Principal: '*',
        Action: actions,
        Resource: '*',
        ...(conditions ? { Condition: conditions } : {}),
      },
    ],
  });
}
