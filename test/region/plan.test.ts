import { production } from '../../deployments/production/global';
import { defaults } from '../../deployments/production/defaults';
import home from '../../deployments/production/us-east-1';
import staging from '../../deployments/staging/us-east-1';
import { planRegion, type AddRequest } from '../../tools/region/plan';
import { KNOWN_REGIONS } from '../../tools/region/table';
import { at, Folders, refusal, withDefaults, type Modules } from './support';

const folders = new Folders();
afterAll(() => folders.remove());

const ask = (request: Partial<AddRequest> = {}): AddRequest => ({
  region: 'eu-west-1',
  environment: 'production',
  optedIn: false,
  ...request,
});
const plan = (request?: Partial<AddRequest>, more?: Modules) => planRegion(ask(request), folders.make(more));
const refused = (request?: Partial<AddRequest>, more?: Modules) => refusal(() => plan(request, more));

describe('a new region', () => {
  test('is the defaults of its environment at a place of its own', () => {
    const { deployment, file, overrides, replaced } = plan();
    expect(file).toBe('deployments/production/eu-west-1.ts');
    expect(deployment).toEqual({
      ...defaults,
      region: 'eu-west-1',
      zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      cidr: '10.1.0.0/16',
      continent: 'EU',
      backupCopies: { region: 'eu-central-1' },
      timeZone: 'Europe/Dublin',
      datacenter: 1,
    });
    expect([overrides, replaced]).toEqual([[], []]);
  });

  test("gets a block that no region of any environment has, of the home region's size", () => {
    expect(plan({}, { 'production/eu-west-2': at('eu-west-2', '10.1.0.0/16') }).deployment.cidr).toBe(
      '10.2.0.0/16',
    );
    const beside = { default: { ...staging, cidr: '10.1.0.0/16' } };
    expect(plan({}, { 'staging/us-east-1': beside }).deployment.cidr).toBe('10.2.0.0/16');
    expect(plan({ environment: 'staging' }).deployment.cidr).toBe('10.129.0.0/16');
    const small = { 'production/us-east-1': at('us-east-1', '10.0.0.0/18') };
    expect(plan({}, small).deployment.cidr).toBe('10.0.64.0/18');
  });

  test('gets the zones that it has, or those that were asked for, by letter or by name', () => {
    expect(plan({ region: 'us-west-1' }).deployment.zones).toEqual(['us-west-1a', 'us-west-1c']);
    expect(plan({ region: 'ap-northeast-1' }).deployment.zones).toEqual([
      'ap-northeast-1a',
      'ap-northeast-1c',
      'ap-northeast-1d',
    ]);
    expect(plan({ zones: ['c', 'eu-west-1a'] }).deployment.zones).toEqual(['eu-west-1c', 'eu-west-1a']);
  });

  test("takes a block of the caller's choice, and says what of another environment it overlaps", () => {
    const { deployment, overlapping } = plan({ cidr: '10.128.0.0/16' });
    expect(deployment.cidr).toBe('10.128.0.0/16');
    expect(overlapping).toEqual(['staging/us-east-1 (10.128.0.0/16)']);
    expect(plan({ cidr: '172.16.0.0/16' }).overlapping).toEqual([]);
  });

  test('gets the lowest number in ids that no region of its environment has', () => {
    const three = {
      'production/eu-west-2': at('eu-west-2', '10.1.0.0/16'),
      'production/eu-west-3': at('eu-west-3', '10.3.0.0/16'),
    };
    expect(plan({}, three).deployment.datacenter).toBe(2);
    expect(plan({ environment: 'staging' }, three).deployment.datacenter).toBe(1);
  });

  test('copies backups within its continent where it can, as its environment does or not at all', () => {
    const copies = (request?: Partial<AddRequest>, more?: Modules) =>
      plan(request, more).deployment.backupCopies;
    expect(copies({ region: 'ap-northeast-2' })).toEqual({ region: 'ap-northeast-1' });
    expect(copies({}, { 'production/eu-west-2': at('eu-west-2', '10.1.0.0/16', 'abc', 'EU') })).toEqual({
      region: 'eu-west-2',
    });
    expect(copies({ region: 'sa-east-1' })).toEqual({ region: 'us-east-1' });
    expect(copies({ backups: 'eu-north-1' })).toEqual({ region: 'eu-north-1' });
    expect(copies({ environment: 'staging' })).toMatchObject({ enabled: false });
    expect(refused({ backups: 'eu-west-1' })).toMatch(
      /^deployments\/production\/eu-west-1\.ts: backupCopies: received /,
    );
  });

  test('changes of its hardware what it lacks, and nothing else', () => {
    const { deployment, overrides, replaced } = plan(
      { region: 'me-central-1', optedIn: true },
      withDefaults({ web: { ...defaults.web, instanceTypes: ['c7g.large', 'm7g.large'] } }),
    );
    expect(deployment.web).toEqual({ ...defaults.web, instanceTypes: ['c6g.large', 'm7g.large'] });
    expect(overrides.map(([group]) => group)).toContain('web');
    expect(overrides.map(([group]) => group)).not.toContain('cache');
    expect(replaced).toContainEqual({ key: 'web.instanceTypes', missing: 'c7g.large', instead: 'c6g.large' });
  });

  test('says why its database has no Graviton where none of its class is there', () => {
    const { deployment } = plan({ region: 'ca-west-1', environment: 'staging', optedIn: true });
    expect(deployment.database).toMatchObject({
      instanceClass: 'db.t3.medium',
      hardware: { unusual: true, reason: expect.stringContaining('in place of db.t4g.medium, ') as string },
    });
    expect(plan({ region: 'me-central-1', optedIn: true }).deployment.database!.hardware).toEqual(
      defaults.database.hardware,
    );
  });

  test('has no cache where its environment has none', () => {
    const { cache: _cache, ...bare } = defaults;
    const folder = folders.make({ 'production/defaults': { defaults: bare } });
    expect(planRegion(ask(), folder).deployment.cache).toBeUndefined();
  });
});

describe('a new region is refused for', () => {
  test.each<[what: string, request: Partial<AddRequest>, message: RegExp]>([
    [
      'an unknown environment',
      { environment: 'prod' },
      /^--environment: received "prod"; allowed: production, staging; name one of these, or make a folder/,
    ],
    [
      'an environment of one file',
      { environment: 'local' },
      /^--environment: received "local"; allowed: production, staging; name one of these: deployments\/local\.ts is a whole environment of one region$/,
    ],
    [
      'a path for an environment',
      { environment: '../production' },
      /^--environment: received "\.\.\/production"; allowed: production, staging; /,
    ],
    [
      'an unknown region',
      { region: 'eu-west-9' },
      /^region: received "eu-west-9"; allowed: af-south-1, .*us-west-2 \(tools\/region\/regions\.json, lists of 20\d\d-\d\d-\d\d\); correct the name; /,
    ],
    [
      'a name of every object',
      { region: 'constructor' },
      /^region: received "constructor"; allowed: af-south-1, /,
    ],
    [
      'a region of another partition',
      { region: 'cn-north-1' },
      /^region: received "cn-north-1"; allowed: af-south-1, /,
    ],
    [
      'a used region',
      { region: 'us-east-1' },
      /^region: received "us-east-1"; allowed: a region that production does not have; deployments\/production\/us-east-1\.ts declares it; /,
    ],
    [
      'a region that the account has to enable',
      { region: 'ap-east-1' },
      /^region: received "ap-east-1"; allowed: .* with --opted-in; Asia Pacific \(Hong Kong\) is disabled .*; enable it \(aws account enable-region --region-name ap-east-1\), then give --opted-in$/,
    ],
    [
      'a zone that it does not have',
      { zones: ['a', 'f', 'eu-west-2a'] },
      /^--zones: received \["eu-west-1f","eu-west-2a"\]; allowed: zones of eu-west-1: eu-west-1a, eu-west-1b, eu-west-1c; write for instance --zones a,b,c$/,
    ],
    [
      'a single zone',
      { zones: ['a'] },
      /^deployments\/production\/eu-west-1\.ts: zones: received \["eu-west-1a"\]; allowed: a list of 2 to 4 availability zones; /,
    ],
    [
      'a zone twice',
      { zones: ['a', 'a', 'b'] },
      /^deployments\/production\/eu-west-1\.ts: zones: received .*; allowed: each zone once; /,
    ],
    [
      'what is no block',
      { cidr: '10.1.0.0' },
      /^deployments\/production\/eu-west-1\.ts: cidr: received "10\.1\.0\.0"; allowed: a private IPv4 block/,
    ],
    [
      'a block that another region of the environment has',
      { cidr: '10.0.128.0/17' },
      /^deployments\/production\/eu-west-1\.ts: cidr: received "10\.0\.128\.0\/17"; allowed: a block that no other region uses; deployments\/production\/us-east-1\.ts has 10\.0\.0\.0\/16; choose a free block$/,
    ],
    [
      'a block that is too small',
      { cidr: '10.1.0.0/24' },
      /^deployments\/production\/eu-west-1\.ts: cidr: received "10\.1\.0\.0\/24"; allowed: .* of \/16 to \/22/,
    ],
  ])('%s', (_what, request, message) => {
    expect(refused(request)).toMatch(message);
  });

  test('a full address plan', () => {
    const blocks = Array.from({ length: 16 }, (_, index) => `172.${16 + index}.0.0/16`);
    const regions = KNOWN_REGIONS.filter((name) => !['us-east-1', 'eu-west-1'].includes(name));
    const full = Object.fromEntries(
      blocks.map((cidr, index) => {
        const name = index === 0 ? 'us-east-1' : regions[index]!;
        return [`production/${name}`, at(name, cidr)];
      }),
    );
    expect(refused({}, full)).toBe(
      '--cidr: received nothing; allowed: a free /16 in 172.16.0.0/12, the private range of production; its 16 blocks are taken; give --cidr with a smaller block, or one of another private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)',
    );
    expect(plan({ cidr: '10.0.0.0/16' }, full).deployment.cidr).toBe('10.0.0.0/16');
  });

  test('hardware that has no like in the region', () => {
    const only = {
      web: { ...defaults.web, instanceTypes: ['c6gd.medium'] },
      workers: { ...defaults.workers, instanceTypes: ['t3.nano'] },
    };
    const message = refused(
      { region: 'me-central-1', optedIn: true },
      withDefaults({ ...only, database: { ...defaults.database, instanceClass: 'db.r8g.48xlarge' } }),
    );
    expect(message).toMatch(
      /^database\.instanceClass: received \["db\.r8g\.48xlarge"\]; allowed: types that me-central-1 has; .*; choose others in defaults\.ts/m,
    );
  });

  test('faults of the files that are there', () => {
    const faulty = { 'production/eu-west-2': { default: { ...home, ...production, region: 'eu-west-2' } } };
    expect(refused({}, faulty)).toMatch(/^deployments\/production\/eu-west-2\.ts: zones: received /m);
  });
});
