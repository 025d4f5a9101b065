import { ClientConfig, STANDARD_PARAMETER_BYTES } from '../../modules/client-config';
import { RecordingGrantee } from '../support/grants';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

function build(value: Record<string, unknown>, grantee = new RecordingGrantee()): Synthesized {
  return synthesize((stack) => {
    new ClientConfig(stack, 'client-config', { component: 'client-config', value }).grantRead(grantee);
  });
}

describe('ClientConfig', () => {
  test('declares one parameter of the standard tier, whose value plans leave alone', () => {
    const synthesized = build({ uploads: { largest: 5 } });
    expect(inventory(synthesized)).toEqual({ aws_ssm_parameter: 1 });
    expect(only(synthesized, 'aws_ssm_parameter')).toMatchObject({
      name: '/tiers/test/client-config',
      type: 'String',
      tier: 'Standard',
      value: '{"uploads":{"largest":5}}',
      lifecycle: { ignore_changes: ['value'] },
    });
  });

  test('is read by its exact ARN', () => {
    const grantee = new RecordingGrantee();
    build({}, grantee);
    expect(grantee.granted).toEqual({
      'read-client-config': [{ actions: ['ssm:GetParameter'], resources: [expect.stringMatching(/TOKEN/)] }],
    });
  });

  test('counts bytes, not characters', () => {
    const overhead = Buffer.byteLength(JSON.stringify({ text: '' }));
    const room = STANDARD_PARAMETER_BYTES - overhead;
    expect(() => build({ text: 'a'.repeat(room) })).not.toThrow();
    expect(() => build({ text: 'a'.repeat(room + 1) })).toThrow(
      'received "4097 bytes of JSON"; allowed: 4096 bytes',
    );
    expect(() => build({ text: '\u00e9'.repeat(Math.ceil(room / 2)) })).toThrow('allowed: 4096 bytes');
  });

  test.each(['${aws_lb.x.arn}', '%{ if true }', '{{other}}'])(
    'refuses %s, which would be replaced',
    (text) => {
      expect(() => build({ text })).toThrow('allowed: text without ${, %{ and {{');
    },
  );
});
