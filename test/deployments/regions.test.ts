import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import staging from '../../deployments/staging/us-east-1';
import { ireland, messageFor } from './support';

const first = 'deployments/production/us-east-1.ts';
const second = 'deployments/production/eu-west-1.ts';

describe('several deployments of one run are refused for', () => {
  test.each<[name: string, other: object, message: string]>([
    [
      'blocks that overlap, naming the file that has the block',
      { ...ireland, cidr: '10.0.128.0/17' },
      `cidr: received "10.0.128.0/17"; allowed: a block that no other region uses; ${first} has 10.0.0.0/16; choose a free block`,
    ],
    [
      'a region twice',
      production,
      `region: received "us-east-1"; allowed: each region once in an environment; ${first} has it; remove one of the two files`,
    ],
    [
      'two domains in one environment',
      { ...ireland, domain: 'eu.example.com' },
      `domain: received "eu.example.com"; allowed: the same in every region of production; ${first} has "tiers.example.com"; move it to the global.ts beside the file`,
    ],
    [
      'two accounts in one environment',
      { ...ireland, account: '333333333333' },
      `account: received "333333333333"; allowed: the same in every region of production; ${first} has "222222222222"; move it to the global.ts beside the file`,
    ],
    [
      'two states in one environment',
      { ...ireland, state: { backend: 's3', bucket: 'acme-states', region: 'eu-west-1' } },
      `state: received {"backend":"s3","bucket":"acme-states","region":"eu-west-1"}; allowed: the same in every region of production; ${first} has {"backend":"local"}; move it to the global.ts beside the file`,
    ],
    [
      'a CDN in one region of two',
      { ...ireland, cdn: undefined },
      `cdn: received nothing; allowed: the same in every region of production; ${first} has {"priceClass":"PriceClass_All"}; move it to the defaults.ts beside the file`,
    ],
  ])('%s', (_name, other, message) => {
    expect(
      messageFor([
        [first, production],
        [second, other],
      ]),
    ).toBe(`${second}: ${message}`);
  });

  test('a home region without a deployment', () => {
    expect(messageFor([['deployments/local.ts', { ...local, homeRegion: 'eu-west-1' }]])).toBe(
      `deployments/local.ts: homeRegion: received "eu-west-1"; allowed: a region that the environment has: us-east-1; write for instance 'us-east-1'`,
    );
  });

  test('a home region with a fault, and not because of it the other regions', () => {
    expect(
      messageFor([
        [first, { ...production, zones: ['us-east-1a'] }],
        [second, ireland],
      ]),
    ).toMatch(new RegExp(`^${first}: zones: [^\\n]+$`));
  });

  test('one domain for two environments', () => {
    expect(
      messageFor([
        [first, production],
        ['deployments/staging/us-east-1.ts', { ...staging, domain: production.domain }],
      ]),
    ).toBe(
      `deployments/staging/us-east-1.ts: domain: received "tiers.example.com"; allowed: a domain of the environment's own; ${first} has it; write for instance 'staging.example.com'`,
    );
  });
});

describe('several deployments of one run are accepted as', () => {
  test('two regions side by side', () => {
    expect(
      messageFor([
        [first, production],
        [second, ireland],
      ]),
    ).toBe('accepted');
  });

  test('two environments with one block', () => {
    expect(
      messageFor([
        [first, production],
        ['deployments/staging/us-east-1.ts', { ...staging, cidr: production.cidr }],
      ]),
    ).toBe('accepted');
  });
});
