import { WriterRegion } from '../../modules/writer-region';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize } from '../support/synth';

test('is one parameter, whose value belongs to who runs the service', () => {
  const grantee = new RecordingGrantee();
  const synthesized = synthesize((stack) => {
    new WriterRegion(stack, 'writer-region', { region: 'eu-west-1' }).grantRead(grantee);
  });
  expect(inventory(synthesized)).toEqual({ aws_ssm_parameter: 1 });
  const parameter = only(synthesized, 'aws_ssm_parameter');
  expect(parameter).toMatchObject({
    name: '/tiers/test/writer-region',
    type: 'String',
    tier: 'Standard',
    value: 'eu-west-1',
    lifecycle: { ignore_changes: ['value'] },
  });
  // Parameter Store refuses what is no region, before any service reads it.
  const allowed = new RegExp(String(parameter.allowed_pattern));
  for (const region of ['us-east-1', 'ap-northeast-3', 'us-gov-west-1']) expect(region).toMatch(allowed);
  for (const text of ['europe', 'us-east-1a', 'us-east-1 ', '']) expect(text).not.toMatch(allowed);
  expect(grantee.granted).toEqual({
    'read-writer-region': [{ actions: ['ssm:GetParameter'], resources: [expect.stringMatching(/TOKEN/)] }],
  });
});
