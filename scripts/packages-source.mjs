// Where a release's packages are installed from: the registry that npm is configured with, or a repository of CodeArtifact,
// named by its ARN (output `package_repository` of the global stack).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ARN = /^arn:aws[a-z-]*:codeartifact:([a-z0-9-]+):(\d{12}):repository\/([a-z0-9-]+)\/([A-Za-z0-9._-]+)$/;

/** Seconds that the token lives: the shortest that CodeArtifact gives (API Reference, "GetAuthorizationToken"). */
const TOKEN_SECONDS = 900;

/**
 * Arguments and environment for npm. The token of a repository is in a file below `folder` alone, which the caller removes: no
 * argument, environment or log has it. A cache of its own makes every package pass through the repository.
 */
export async function packagesSource(arn, folder) {
  if (arn === undefined)
    return { arguments: [], env: process.env, name: 'the registry that npm is configured with' };
  const [, region, domainOwner, domain, repository] = ARN.exec(arn) ?? [];
  if (repository === undefined) {
    throw new Error(
      `--packages: received "${arn}"; allowed: the ARN of a CodeArtifact repository; read it with ` +
        '`terraform output package_repository` of the global stack, or leave the option out for the registry of npm',
    );
  }
  const { endpoint, token } = await signIn({ region, domain, domainOwner, repository });
  mkdirSync(folder, { recursive: true });
  const npmrc = join(folder, 'npmrc');
  const { host, pathname } = new URL(endpoint);
  writeFileSync(npmrc, `registry=${endpoint}\n//${host}${pathname}:_authToken=${token}\n`, { mode: 0o600 });
  const nothing = join(folder, 'globalrc');
  writeFileSync(nothing, '');
  return {
    // npm reads arguments before all else; a project's or machine's own settings must not lead elsewhere.
    arguments: [
      `--registry=${endpoint}`,
      `--userconfig=${npmrc}`,
      `--globalconfig=${nothing}`,
      `--cache=${join(folder, 'cache')}`,
    ],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name))),
    name: `${domain}/${repository} in ${region}`,
  };
}

async function signIn({ region, domain, domainOwner, repository }) {
  const { CodeartifactClient, GetAuthorizationTokenCommand, GetRepositoryEndpointCommand } =
    await import('@aws-sdk/client-codeartifact');
  const client = new CodeartifactClient({ region });
  try {
    const [{ authorizationToken }, { repositoryEndpoint }] = await Promise.all([
      client.send(new GetAuthorizationTokenCommand({ domain, domainOwner, durationSeconds: TOKEN_SECONDS })),
      client.send(new GetRepositoryEndpointCommand({ domain, domainOwner, repository, format: 'npm' })),
    ]);
    if (!authorizationToken || !repositoryEndpoint) throw new Error('the answer has no token or no endpoint');
    return { token: authorizationToken, endpoint: repositoryEndpoint.replace(/\/*$/, '/') };
  } catch (error) {
    throw new Error(
      `${domain}/${repository} in ${region}: no access: ${error.message}; needed: credentials that may read it ` +
        '(codeartifact:GetAuthorizationToken, GetRepositoryEndpoint, ReadFromRepository and sts:GetServiceBearerToken)',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
