import { ShardMap } from '../../modules/shard-map';
import { evenShare, parseShardMap, placementOf } from '../../service/sharding/placement';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize } from '../support/synth';

test.each([1, 2, 3, 7])('is one parameter, with an even share for each of %i physical shards', (physical) => {
  const grantee = new RecordingGrantee();
  const synthesized = synthesize((stack) => {
    const map = new ShardMap(stack, 'shard-map', { physical });
    map.grantRead(grantee);
    map.grantPublish(grantee);
  });
  expect(inventory(synthesized)).toEqual({ aws_ssm_parameter: 1 });
  const parameter = only(synthesized, 'aws_ssm_parameter');
  expect(parameter).toMatchObject({
    name: '/tiers/test/shard-map',
    lifecycle: { ignore_changes: ['value', 'tier'] },
  });
  // What the service makes of it is what it takes for granted where there is no map.
  const map = parseShardMap(String(parameter.value), physical);
  const covered = map.shards.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  expect(covered).toBe(4096);
  placementOf(map.shards).forEach((place, shard) => expect(place).toBe(evenShare(shard, physical)));
  expect(grantee.granted).toEqual({
    'read-shard-map': [{ actions: ['ssm:GetParameter'], resources: [expect.stringMatching(/TOKEN/)] }],
    'publish-shard-map': [{ actions: ['ssm:PutParameter'], resources: [expect.stringMatching(/TOKEN/)] }],
  });
});
