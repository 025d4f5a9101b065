import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import staging from '../../deployments/staging/us-east-1';
import { ireland, messageFor } from './support';

const first = 'deployments/production/us-east-1.ts';
const second = 'deployments/production/eu-west-1.ts';
const NO_DOMAIN = `domain: received nothing; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`;

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
      'one number in the ids that both make, naming the region that is not the home',
      { ...ireland, datacenter: undefined },
      `datacenter: received nothing; allowed: a number from 0 to 31 that no other region of production has; ${first} has 0; write 1`,
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
      'two homes in one environment',
      { ...ireland, homeRegion: 'eu-west-1' },
      `homeRegion: received "eu-west-1"; allowed: the same in every region of production; ${first} has "us-east-1"; move it to the global.ts beside the file`,
    ],
    [
      'two projects in one environment',
      { ...ireland, project: 'other' },
      `project: received "other"; allowed: the same in every region of production; ${first} has "tiers"; move it to the global.ts beside the file`,
    ],
    [
      'two hosted zones in one environment',
      { ...ireland, hostedZoneId: 'Z0123456789ABC' },
      `hostedZoneId: received "Z0123456789ABC"; allowed: the same in every region of production; ${first} has nothing; move it to the global.ts beside the file`,
    ],
    [
      'two price classes of the one CDN',
      { ...ireland, cdn: { priceClass: 'PriceClass_100' } },
      `cdn: received {"priceClass":"PriceClass_100"}; allowed: the same in every region of production; ${first} has {"priceClass":"PriceClass_All"}; move it to the defaults.ts beside the file`,
    ],
    [
      'deletion protection of the shared table in one region of two',
      { ...ireland, deletionProtection: { enabled: false, reason: 'a region for trying things' } },
      `deletionProtection: received {"enabled":false,"reason":"a region for trying things"}; allowed: the same in every region of production; ${first} has {"enabled":true}; move it to the global.ts beside the file`,
    ],
    [
      'a way between networks that one side alone wants',
      { ...ireland, interRegion: { kind: 'peering' } },
      `interRegion: received {"kind":"peering"}; allowed: the same in every region of production; ${first} has nothing; move it to the global.ts beside the file`,
    ],
    [
      'a network inside that of another region',
      { ...ireland, cidr: '10.0.240.0/20' },
      `cidr: received "10.0.240.0/20"; allowed: a block that no other region uses; ${first} has 10.0.0.0/16; choose a free block`,
    ],
    [
      'copies of its backups where the region is itself',
      { ...ireland, backupCopies: { region: 'eu-west-1' } },
      `backupCopies: received {"region":"eu-west-1"}; allowed: another region than eu-west-1, or { enabled: false, reason }; write for instance { region: 'us-west-2' }`,
    ],
    [
      'zones of another region',
      { ...ireland, zones: ['us-east-1a', 'eu-west-1b', 'eu-west-1c'] },
      `zones: received ["us-east-1a"]; allowed: zones of eu-west-1; write for instance "eu-west-1a"`,
    ],
    [
      'no continent for the record that leads to it',
      { ...ireland, continent: undefined },
      `continent: received nothing; allowed: AF, AN, AS, EU, NA, OC or SA; write 'NA'`,
    ],
    ['no domain for its records', { ...ireland, domain: undefined }, NO_DOMAIN],
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

  const both = (interRegion: unknown): string =>
    messageFor([
      [first, { ...production, interRegion }],
      [second, { ...ireland, interRegion }],
    ]);

  test.each([
    ['of a kind that there is not', { kind: 'vpn' }],
    ['as a text', 'peering'],
    ['without a kind', {}],
  ])('a way between networks %s', (_name, interRegion) => {
    expect(both(interRegion)).toContain(
      "allowed: { kind: 'none' }, { kind: 'peering' } or { kind: 'transit-gateway' }; leave the key out for none",
    );
  });

  test('a setting that the way between networks does not have', () => {
    expect(both({ kind: 'transit-gateway', hub: 'eu-west-1' })).toContain('interRegion');
  });

  test.each(['peering', 'transit-gateway'])('%s between one region and none', (kind) => {
    expect(messageFor([[first, { ...production, interRegion: { kind } }]])).toBe(
      `${first}: interRegion: received {"kind":"${kind}"}; allowed: { kind: 'none' } while production has one region; remove the key, or add a region: tiers region add <region> --environment production`,
    );
  });

  test.each(['none', 'peering', 'transit-gateway'])('not a way between two regions: %s', (kind) => {
    expect(both({ kind })).toBe('accepted');
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
