import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import { validate } from '../../deployments/validate';

describe('several deployments of one run', () => {
  const file = 'deployments/production/us-east-1.ts';
  const other = { ...production, region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] };

  test('overlapping blocks are refused, naming the file that has the block', () => {
    const value = { ...other, cidr: '10.0.128.0/17' };
    expect(() =>
      validate([
        { file, value: production },
        { file: 'deployments/production/eu-west-1.ts', value },
      ]),
    ).toThrow(
      `deployments/production/eu-west-1.ts: cidr: received "10.0.128.0/17"; allowed: a block that no other region uses; ${file} has 10.0.0.0/16`,
    );
  });

  test('a region twice is refused', () => {
    expect(() =>
      validate([
        { file, value: production },
        { file: 'deployments/production/copy.ts', value: production },
      ]),
    ).toThrow(
      'deployments/production/copy.ts: region: received "us-east-1"; allowed: each region once in an environment',
    );
  });

  test('a home region without a deployment is refused', () => {
    const value = { ...local, homeRegion: 'eu-west-1' };
    expect(() => validate([{ file: 'deployments/local.ts', value }])).toThrow(
      `deployments/local.ts: homeRegion: received "eu-west-1"; allowed: a region that the environment has: us-east-1; write for instance 'us-east-1'`,
    );
  });

  test('two regions side by side are accepted', () => {
    const value = { ...other, cidr: '10.1.0.0/16' };
    expect(
      validate([
        { file, value: production },
        { file: 'b', value },
      ]),
    ).toHaveLength(2);
  });
});
