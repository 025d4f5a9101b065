import type { Deployment } from '../../deployments/schema';
import { ask, CheckError, compare } from '../../tools/region/check';
import { ireland } from '../deployments/support';
import { CREDENTIALS, Ministack } from '../support/ministack';
import { AwsStandIn, type Offerings } from './aws-stand-in';

// What the emulator offers in every region: zones a, b and c, and database classes r5, m5 and t3 in the first two.
const deployment: Deployment = {
  ...ireland,
  web: { ...ireland.web!, instanceTypes: ['c7g.large', 'c6g.large'] },
  workers: { ...ireland.workers!, instanceTypes: ['c6g.large'] },
  transcoders: undefined,
  database: { ...ireland.database!, instanceClass: 'db.r5.xlarge' },
  backupCopies: { region: 'eu-central-1' },
};
const everywhere = deployment.zones;
const all: Offerings = { 'c7g.large': everywhere, 'c6g.large': everywhere };

let emulator: Ministack;
let aws: AwsStandIn;
const before = { ...process.env };

beforeAll(async () => {
  emulator = await Ministack.start();
  aws = await AwsStandIn.start(emulator.endpoint);
  aws.copies = ['eu-central-1'];
  process.env.AWS_ENDPOINT_URL = aws.endpoint;
  process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
}, 60_000);
afterAll(async () => {
  process.env = before;
  await aws.stop();
  await emulator.stop();
});

const faults = async (change: Partial<Deployment>, offerings: Offerings = all): Promise<string[]> => {
  aws.offerings = offerings;
  const changed = { ...deployment, ...change };
  return compare(changed, await ask(changed)).map(
    ({ where, received, allowed, fix }) => `${where}: ${JSON.stringify(received)}; ${allowed}; ${fix}`,
  );
};

test('an account that has all of it has no objection', async () => {
  expect(await faults({})).toEqual([]);
});

test('a zone that the account does not have is named, with those that it has', async () => {
  expect(await faults({ zones: ['eu-west-1a', 'eu-west-1d', 'eu-west-1b'] })).toEqual([
    '--zones: ["eu-west-1d"]; zones that the account has in eu-west-1: eu-west-1a, eu-west-1b, eu-west-1c; give --zones a,b,c',
  ]);
});

test('a type that is not offered, and a zone that offers none of a fleet', async () => {
  expect(await faults({}, { 'c6g.large': everywhere })).toEqual([
    expect.stringMatching(/^web\.instanceTypes: \["c7g\.large"\]; types that eu-west-1 offers; /),
  ]);
  expect(await faults({}, { ...all, 'c6g.large': ['eu-west-1a', 'eu-west-1b'] })).toEqual([
    expect.stringMatching(
      /^workers\.instanceTypes: \["c6g\.large"\]; at least one type that eu-west-1c offers; /,
    ),
  ]);
});

test('the types of transcoders are asked for as well', async () => {
  expect(await faults({ transcoders: ireland.transcoders })).toEqual([
    expect.stringMatching(/^transcoders\.instanceTypes: \["c7g\.xlarge",.*; types that eu-west-1 offers; /),
  ]);
});

test('a database class that cannot be ordered, or in too few zones for a standby', async () => {
  const r7g = { ...deployment.database!, instanceClass: 'db.r7g.xlarge' };
  expect(await faults({ database: r7g })).toEqual([
    expect.stringMatching(
      /^database\.instanceClass: "db\.r7g\.xlarge with PostgreSQL 17\.6"; .* this is offered in none; /,
    ),
  ]);
  // The emulator offers it in a and b.
  expect(await faults({ zones: ['eu-west-1b', 'eu-west-1c'] })).toEqual([
    expect.stringMatching(/^database\.instanceClass: .*; what RDS offers in two of eu-west-1b, eu-west-1c; /),
  ]);
  const single = {
    ...deployment.database!,
    multiAz: { enabled: false, reason: 'one zone is enough here' } as const,
  };
  expect(await faults({ zones: ['eu-west-1b', 'eu-west-1c'], database: single })).toEqual([]);
});

test('a region that takes no copies of backups from there; without copies nobody asks', async () => {
  expect(await faults({ backupCopies: { region: 'sa-east-1' } })).toEqual([
    expect.stringMatching(
      /^backupCopies: \{"region":"sa-east-1"\}; a region that takes copies of automated backups from eu-west-1; /,
    ),
  ]);
  expect(await faults({ backupCopies: { enabled: false, reason: 'made again by its tests' } })).toEqual([]);
});

test('an endpoint that does not answer is said as what it is', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
  process.env.AWS_MAX_ATTEMPTS = '1';
  try {
    await expect(ask(deployment)).rejects.toThrow(CheckError);
    await expect(ask(deployment)).rejects.toThrow(
      /^--check: AWS could not be asked in eu-west-1 \(.*ECONNREFUSED/,
    );
  } finally {
    process.env.AWS_ENDPOINT_URL = aws.endpoint;
    delete process.env.AWS_MAX_ATTEMPTS;
  }
});
