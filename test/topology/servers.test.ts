import path from 'node:path';
import { preflight, readServiceNeeds, serversOf } from '../../tools/topology';
import { rungs } from '../ladder/rungs';

const [oneServer, separateData, balanced] = rungs();
const needs = readServiceNeeds(path.join(__dirname, '../../service/permissions.json'));

test('a machine that stands by itself has a role, a way in and out, and an environment; a fleet is none', () => {
  const [server, ...others] = serversOf(separateData!.graph);
  expect(others).toEqual([]);
  expect(serversOf(balanced!.graph)).toEqual([]);
  expect(server!.role?.globalAddress).toBe('ladder-us-east-1-app:aws_iam_role.server_role_role');
  expect(server!.securityGroups).toEqual(['ladder-us-east-1-app:aws_security_group.server_security_group']);
  expect(server!.configuration.units.map(({ role }) => role)).toEqual(['migrate', 'api']);
  expect(server!.configuration.environment).toMatchObject({ DB_PORT: '5432', CACHE_HOST: '127.0.0.1' });
});

test.each([oneServer!, separateData!])(
  'what the service needs on $name is allowed, as far as it leaves the machine',
  ({ graph }) => {
    expect(preflight(graph, needs).filter(({ severity }) => severity === 'error')).toEqual([]);
  },
);

test('what its role lacks, and whom its groups do not let it reach, is found', () => {
  const { api } = needs;
  const more = {
    ...needs,
    api: {
      ...api!,
      actions: [...api!.actions, { action: 's3:DeleteBucket', resource: { env: 'ASSET_BUCKET' } }],
      connections: [{ host: { env: 'DB_WRITER_HOST' }, port: { env: 'PORT' } }],
    },
  };
  const found = preflight(separateData!.graph, more).map(({ address, message }) => `${address}: ${message}`);
  expect(found).toContainEqual(
    expect.stringMatching(/aws_iam_role\.server_role_role: api of .*s3:DeleteBucket/),
  );
  expect(found).toContainEqual(expect.stringMatching(/DB_WRITER_HOST on port 8080/));
});
