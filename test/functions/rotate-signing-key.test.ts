import { signingKey } from '../../functions/rotate-secret/signing-key';
import { awsClients, type AwsClients } from '../support/aws-resources';
import { Ministack } from '../support/ministack';
import { RotatedSecret } from './support';

let ministack: Ministack;
let aws: AwsClients;
beforeAll(async () => {
  ministack = await Ministack.start();
  aws = awsClients(ministack.endpoint);
}, 60_000);
afterAll(async () => {
  for (const client of Object.values(aws)) client.destroy();
  await ministack.stop();
});
beforeEach(() => void jest.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => jest.restoreAllMocks());

describe('the signing key', () => {
  const KEY = 'k'.repeat(64);

  test('is replaced by one as long, and the one before stays readable for the tokens that it signed', async () => {
    const key = await RotatedSecret.create(aws.secrets, KEY);
    await key.rotate(signingKey);
    const next = await key.value();
    expect(next).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(await key.value('AWSPREVIOUS')).toBe(KEY);
    await key.rotate(signingKey);
    expect(await key.value('AWSPREVIOUS')).toBe(next);
  });

  test('that is too short never becomes current', async () => {
    const key = await RotatedSecret.create(aws.secrets, 'short');
    await expect(key.rotate(signingKey)).rejects.toThrow('the new key has 5 bytes, 32 are the fewest');
    expect(await key.value()).toBe('short');
  });
});
