import { all, messageOf, remove, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'a region that is none',
    set('region', 'virginia'),
    `region: received "virginia"; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
  [
    'a region of China',
    set('region', 'cn-north-1'),
    `region: received "cn-north-1"; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
  [
    'a region of GovCloud',
    set('region', 'us-gov-west-1'),
    `region: received "us-gov-west-1"; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
  [
    'zones of another region',
    set('zones', ['us-east-1a', 'us-west-2b']),
    'zones: received ["us-west-2b"]; allowed: zones of us-east-1; write for instance "us-east-1a"',
  ],
  [
    'zones as text',
    set('zones', 'us-east-1a,us-east-1b'),
    `zones: received "us-east-1a,us-east-1b"; allowed: a list of 2 to 4 availability zones; write for instance ['us-east-1a', 'us-east-1b', 'us-east-1c']`,
  ],
  [
    'zones by their ids',
    set('zones', ['use1-az1', 'us-east-1b']),
    `zones[0]: received "use1-az1"; allowed: an availability zone; write for instance 'us-east-1a'`,
  ],
  [
    'a local zone',
    set('zones', ['us-east-1a', 'us-east-1-bos-1a']),
    `zones[1]: received "us-east-1-bos-1a"; allowed: an availability zone; write for instance 'us-east-1a'`,
  ],
  [
    'a zone twice',
    set('zones', ['us-east-1a', 'us-east-1b', 'us-east-1a']),
    'zones: received ["us-east-1a","us-east-1b","us-east-1a"]; allowed: each zone once; remove the zone that is listed twice',
  ],
  [
    'a single zone',
    set('zones', ['us-east-1a']),
    `zones: received ["us-east-1a"]; allowed: a list of 2 to 4 availability zones; write for instance ['us-east-1a', 'us-east-1b', 'us-east-1c']`,
  ],
  [
    'five zones',
    set(
      'zones',
      ['a', 'b', 'c', 'd', 'e'].map((letter) => `us-east-1${letter}`),
    ),
    `zones: received ["us-east-1a","us-east-1b","us-east-1c","us-east-1d","us-east-1e"]; allowed: a list of 2 to 4 availability zones; write for instance ['us-east-1a', 'us-east-1b', 'us-east-1c']`,
  ],
  [
    'a hole in the zones',
    set('zones', ['us-east-1a', null]),
    `zones[1]: received null; allowed: an availability zone; write for instance 'us-east-1a'`,
  ],
  [
    'a CIDR too small for its subnets',
    set('cidr', '10.0.0.0/26'),
    'cidr: received "10.0.0.0/26"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a CIDR too small for its fleets',
    all(set('cidr', '10.0.0.0/22'), set('web.max', 400)),
    'cidr: received "10.0.0.0/22"; allowed: a block of /21 or larger, whose app subnets in 3 zones hold web.max (400), workers.max (3) and transcoders.max (2) during a refresh; choose a larger block, or lower web.max, workers.max or transcoders.max',
  ],
  [
    'a CIDR larger than a VPC takes',
    set('cidr', '10.0.0.0/8'),
    'cidr: received "10.0.0.0/8"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a CIDR with host bits',
    set('cidr', '10.0.0.1/16'),
    'cidr: received "10.0.0.1/16"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a public CIDR',
    set('cidr', '8.8.0.0/16'),
    'cidr: received "8.8.0.0/16"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a CIDR that leaves the private block',
    set('cidr', '172.32.0.0/16'),
    'cidr: received "172.32.0.0/16"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a CIDR without its prefix',
    set('cidr', '10.0.0.0'),
    'cidr: received "10.0.0.0"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'an address of version 6',
    set('cidr', 'fd00::/16'),
    'cidr: received "fd00::/16"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a CIDR of octets that are none',
    set('cidr', '10.256.0.0/16'),
    'cidr: received "10.256.0.0/16"; allowed: a private IPv4 block (RFC 1918) of /16 to /22 without host bits; write for instance "10.0.0.0/16"',
  ],
  [
    'a continent by name',
    set('continent', 'Europe'),
    `continent: received "Europe"; allowed: AF, AN, AS, EU, NA, OC or SA; write 'NA'`,
  ],
  [
    'a time zone by abbreviation',
    set('timeZone', 'EST5EDT'),
    `timeZone: received "EST5EDT"; allowed: a time zone of the IANA database; write for instance 'America/New_York' or 'Etc/UTC'`,
  ],
  [
    'a time zone by offset',
    set('timeZone', '+01:00'),
    `timeZone: received "+01:00"; allowed: a time zone of the IANA database; write for instance 'America/New_York' or 'Etc/UTC'`,
  ],
  [
    'a time zone in lower case',
    set('timeZone', 'America/new_york'),
    `timeZone: received "America/new_york"; allowed: a time zone of the IANA database; write for instance 'America/New_York' or 'Etc/UTC'`,
  ],
  [
    'no time zone for the schedule',
    remove('timeZone'),
    `timeZone: received nothing; allowed: a time zone of the IANA database; write for instance 'America/New_York'`,
  ],
  [
    'a night without hours',
    set('quietHours.to', 2),
    'quietHours.to: received 2; allowed: two hours or more after quietHours.from (2); write 7 for a night from 2 to 7',
  ],
  [
    'a night of one hour over midnight',
    set('quietHours', { from: 23, to: 0 }),
    'quietHours.to: received 0; allowed: two hours or more after quietHours.from (23); write 7 for a night from 2 to 7',
  ],
  [
    'an hour of the day that is none',
    set('quietHours.from', 24),
    'quietHours.from: received 24; allowed: a whole number from 0 to 23; write for instance 2',
  ],
  [
    'an hour as a clock time',
    set('quietHours.from', '02:00'),
    'quietHours.from: received "02:00"; allowed: a whole number from 0 to 23; write for instance 2',
  ],
  [
    'a reason that says nothing',
    set('network.natPerZone', { enabled: false, reason: 'because' }),
    'network.natPerZone.reason: received "because"; allowed: a text of 10 to 300 characters without ${ and %{; write for instance \'throw-away environment\'',
  ],
  [
    'a reason longer than anybody reads',
    set('network.natPerZone', { enabled: false, reason: 'a'.repeat(301) }),
    "network.natPerZone.reason: received \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...; allowed: a text of 10 to 300 characters without ${ and %{; write for instance 'throw-away environment'",
  ],
  [
    'endpoints switched by a text',
    set('network.interfaceEndpoints', { enabled: 'no', reason: 'they cost too much' }),
    `network.interfaceEndpoints.enabled: received "no"; allowed: { enabled: true }, or { enabled: false, reason }; write { enabled: false, reason: 'why' }`,
  ],
  [
    'a retention that does not exist',
    set('logDays', 10),
    'logDays: received 10; allowed: a retention that CloudWatch Logs offers (7, 14, 30, 90, 365...); write 30',
  ],
  [
    'a retention as text',
    set('logDays', '30'),
    'logDays: received "30"; allowed: a retention that CloudWatch Logs offers (7, 14, 30, 90, 365...); write 30',
  ],
];

describe('where a region is', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });
});
