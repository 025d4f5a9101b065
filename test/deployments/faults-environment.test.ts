import { all, messageOf, remove, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'a project with a hyphen',
    set('project', 'my-project'),
    `project: received "my-project"; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'tiers'`,
  ],
  [
    'a project too long for the names of buckets',
    set('project', 'abcdefghijklm'),
    `project: received "abcdefghijklm"; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'tiers'`,
  ],
  [
    'an empty project',
    set('project', ''),
    `project: received ""; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'tiers'`,
  ],
  [
    'a project of a thousand letters',
    set('project', 'a'.repeat(1000)),
    `project: received "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'tiers'`,
  ],
  [
    'a project whose parameters AWS would refuse',
    set('project', 'awsome'),
    `project: received "awsome"; allowed: a name that AWS does not keep for itself: not 'sg', 'internal' or 'sthree', and none that begins with 'aws' or 'ssm'; write for instance 'tiers'`,
  ],
  [
    'a project whose security groups EC2 would refuse',
    set('project', 'sg'),
    `project: received "sg"; allowed: a name that AWS does not keep for itself: not 'sg', 'internal' or 'sthree', and none that begins with 'aws' or 'ssm'; write for instance 'tiers'`,
  ],
  [
    'a project whose balancer would pass for an internal one',
    set('project', 'internal'),
    `project: received "internal"; allowed: a name that AWS does not keep for itself: not 'sg', 'internal' or 'sthree', and none that begins with 'aws' or 'ssm'; write for instance 'tiers'`,
  ],
  [
    'a project whose buckets S3 would refuse',
    set('project', 'sthree'),
    `project: received "sthree"; allowed: a name that AWS does not keep for itself: not 'sg', 'internal' or 'sthree', and none that begins with 'aws' or 'ssm'; write for instance 'tiers'`,
  ],
  [
    'an environment in upper case',
    set('environment', 'Local'),
    `environment: received "Local"; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'staging'`,
  ],
  [
    'an environment that begins with a digit',
    set('environment', '2nd'),
    `environment: received "2nd"; allowed: 2 to 12 characters a-z and 0-9, a letter first; write for instance 'staging'`,
  ],
  [
    'an account written as a number',
    set('account', 111122223333),
    `account: received 111122223333; allowed: a string of 12 digits; write for instance '111122223333'`,
  ],
  [
    'an account of eleven digits',
    set('account', '11112222333'),
    `account: received "11112222333"; allowed: a string of 12 digits; write for instance '111122223333'`,
  ],
  [
    'an account with hyphens',
    set('account', '1111-2222-3333'),
    `account: received "1111-2222-3333"; allowed: a string of 12 digits; write for instance '111122223333'`,
  ],
  [
    'no domain',
    remove('domain'),
    `domain: received nothing; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a domain without a dot',
    set('domain', 'localhost'),
    `domain: received "localhost"; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a domain in upper case',
    set('domain', 'Tiers.example.com'),
    `domain: received "Tiers.example.com"; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a domain with its final dot',
    set('domain', 'tiers.example.com.'),
    `domain: received "tiers.example.com."; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a domain with its protocol',
    set('domain', 'https://tiers.example.com'),
    `domain: received "https://tiers.example.com"; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a domain longer than a certificate takes',
    set('domain', `${'a'.repeat(53)}.example.com`),
    `domain: received "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"; allowed: a domain name in lower case, of up to 64 characters; write for instance 'tiers.example.com'`,
  ],
  [
    'a hosted zone given by name',
    set('hostedZoneId', 'example.com'),
    `hostedZoneId: received "example.com"; allowed: the id of a Route 53 hosted zone; write for instance 'Z0123456789ABC', or leave the key out for a new zone`,
  ],
  [
    'a hosted zone of nothing',
    set('hostedZoneId', null),
    `hostedZoneId: received null; allowed: the id of a Route 53 hosted zone; write for instance 'Z0123456789ABC', or leave the key out for a new zone`,
  ],
  [
    'guards of a zone that somebody else guards',
    all(set('hostedZoneId', 'Z0123456789ABC'), set('dns', { signing: { enabled: true } })),
    'dns: received {"signing":{"enabled":true}}; allowed: nothing beside hostedZoneId: a zone that exists already is signed and logged where it was made; remove the key, or hostedZoneId',
  ],
  [
    'no signatures and no reason',
    set('dns', { signing: { enabled: false } }),
    "dns.signing.reason: received nothing; allowed: a text of 10 to 300 characters without ${ and %{; write for instance 'throw-away environment'",
  ],
  [
    'signatures as a switch',
    set('dns', { signing: false }),
    "dns.signing: received false; allowed: { enabled: true }, or { enabled: false, reason }; write { enabled: false, reason: 'why' }",
  ],
  [
    'a guard that DNS has not',
    set('dns', { dnssec: { enabled: true } }),
    'dns.dnssec: received {"enabled":true}; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'DNS of null for the defaults',
    set('dns', null),
    'dns: received null; allowed: an object with the keys signing, queryLogs; leave the whole key out for both',
  ],
  [
    'defaults of the account left to nobody',
    set('accountDefaults', { enabled: false, reason: 'others' }),
    'accountDefaults.reason: received "others"; allowed: a text of 10 to 300 characters without ${ and %{; write for instance \'throw-away environment\'',
  ],
  [
    'no state',
    set('state', null),
    `state: received null; allowed: { backend: 'local' }, { backend: 's3', bucket, region } or { backend: 'own', region, replicaRegion, deployers }; write { backend: 'local' }`,
  ],
  [
    'an unknown state backend',
    set('state', { backend: 'gcs' }),
    `state.backend: received "gcs"; allowed: { backend: 'local' }, { backend: 's3', bucket, region } or { backend: 'own', region, replicaRegion, deployers }; write { backend: 'local' }`,
  ],
  [
    'an S3 state without its bucket',
    set('state', { backend: 's3', region: 'us-east-1' }),
    `state.bucket: received nothing; allowed: the name of a bucket: 3 to 63 characters a-z, 0-9, dots and hyphens; write for instance 'acme-states'`,
  ],
  [
    'an S3 state without its region',
    set('state', { backend: 's3', bucket: 'acme-states' }),
    `state.region: received nothing; allowed: an AWS region, those of China and GovCloud left out; write for instance 'us-east-1'`,
  ],
  [
    'states of its own without who may deploy',
    set('state', { backend: 'own', region: 'us-east-1', replicaRegion: 'us-west-2', deployers: [] }),
    `state.deployers: received []; allowed: a list of 1 to 20 ARNs of IAM roles or users; write for instance ['arn:aws:iam::444455556666:role/pipeline']`,
  ],
  [
    'a whole account that may deploy',
    set('state', {
      backend: 'own',
      region: 'us-east-1',
      replicaRegion: 'us-west-2',
      deployers: ['arn:aws:iam::444455556666:root'],
    }),
    `state.deployers[0]: received "arn:aws:iam::444455556666:root"; allowed: the ARN of an IAM role or user; write for instance 'arn:aws:iam::444455556666:role/pipeline'`,
  ],
  [
    'copies of the states beside the states',
    set('state', {
      backend: 'own',
      region: 'us-east-1',
      replicaRegion: 'us-east-1',
      deployers: ['arn:aws:iam::444455556666:role/pipeline'],
    }),
    `state.replicaRegion: received "us-east-1"; allowed: another region than state.region (us-east-1); choose a region that is not lost with the first`,
  ],
  [
    'a local state with a bucket',
    set('state', { backend: 'local', bucket: 'acme-states' }),
    'state.bucket: received "acme-states"; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
  [
    'a state bucket with an underscore',
    set('state', { backend: 's3', bucket: 'acme_states', region: 'us-east-1' }),
    `state.bucket: received "acme_states"; allowed: the name of a bucket: 3 to 63 characters a-z, 0-9, dots and hyphens; write for instance 'acme-states'`,
  ],
  [
    'a state bucket that S3 reserves',
    set('state', { backend: 's3', bucket: 'xn--states', region: 'us-east-1' }),
    `state.bucket: received "xn--states"; allowed: a name that S3 does not keep for itself; write for instance 'acme-states'`,
  ],
  [
    'a state bucket that looks like an address',
    set('state', { backend: 's3', bucket: '10.0.0.1', region: 'us-east-1' }),
    `state.bucket: received "10.0.0.1"; allowed: a name that S3 does not keep for itself; write for instance 'acme-states'`,
  ],
  [
    'a state bucket that the stacks make themselves',
    set('state', { backend: 's3', bucket: 'tiers-local-us-east-1-assets-000000000000', region: 'us-east-1' }),
    `state.bucket: received "tiers-local-us-east-1-assets-000000000000"; allowed: a bucket that no stack of this deployment makes; their names begin with tiers-local-us-east-1-; write for instance 'acme-states'`,
  ],
  [
    'a budget of nothing',
    set('monthlyBudget', 0),
    'monthlyBudget: received 0; allowed: a whole number from 1 to 10000000; write for instance 500',
  ],
  [
    'a budget with cents',
    set('monthlyBudget', 99.5),
    'monthlyBudget: received 99.5; allowed: a whole number from 1 to 10000000; write for instance 500',
  ],
  [
    'a budget without a limit',
    set('monthlyBudget', Infinity),
    'monthlyBudget: received Infinity; allowed: a whole number from 1 to 10000000; write for instance 500',
  ],
  [
    'a contact that is no address',
    set('contact', 'oncall'),
    `contact: received "oncall"; allowed: an e-mail address of up to 254 characters; write for instance 'oncall@example.com'`,
  ],
  [
    'a contact that would be an expression of Terraform',
    set('contact', '${var.contact}@example.com'),
    'contact: received "${var.contact}@example.com"; allowed: an e-mail address of up to 254 characters; write for instance \'oncall@example.com\'',
  ],
  [
    'a contact of 300 characters',
    set('contact', `oncall@${'a.'.repeat(145)}com`),
    `contact: received "oncall@a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a...; allowed: an e-mail address of up to 254 characters; write for instance 'oncall@example.com'`,
  ],
  [
    'protection off without a reason',
    set('deletionProtection', { enabled: false }),
    "deletionProtection.reason: received nothing; allowed: a text of 10 to 300 characters without ${ and %{; write for instance 'throw-away environment'",
  ],
  [
    'protection as a bare boolean',
    set('deletionProtection', false),
    `deletionProtection: received false; allowed: { enabled: true }, or { enabled: false, reason }; write { enabled: false, reason: 'why' }`,
  ],
  [
    'protection off for a blank reason',
    set('deletionProtection', { enabled: false, reason: ' '.repeat(20) }),
    'deletionProtection.reason: received "                    "; allowed: a text of 10 to 300 characters without ${ and %{; write for instance \'throw-away environment\'',
  ],
  [
    'protection off for a reason that Terraform would evaluate',
    set('deletionProtection', { enabled: false, reason: 'because of ${aws_vpc.x.id}' }),
    'deletionProtection.reason: received "because of ${aws_vpc.x.id}"; allowed: a text of 10 to 300 characters without ${ and %{; write for instance \'throw-away environment\'',
  ],
  [
    'a reason for protection that is on',
    set('deletionProtection', { enabled: true, reason: 'it is good to have' }),
    'deletionProtection.reason: received "it is good to have"; allowed: only the keys of deployments/schema.ts; remove the key, or correct its spelling',
  ],
];

describe('what all regions of an environment share', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });
});
