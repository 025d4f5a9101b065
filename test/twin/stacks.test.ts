import { chooseStacks } from '../../tools/twin/stacks';

const region = (environment: string, name: string): string[] =>
  ['network', 'data', 'app'].map((stack) => `${environment}-${name}-${stack}`);
const ONE = ['local-edge', 'local-global', ...region('local', 'us-east-1')];
const TWO = [
  ...['ladder-edge', 'ladder-global', 'ladder-links'],
  ...region('ladder', 'us-east-1'),
  ...region('ladder', 'eu-west-1'),
];

test('of one region all stacks of the environment are run, and none of others', () => {
  expect(chooseStacks([...ONE, ...TWO], 'local')).toEqual({ run: ONE, leftOut: [] });
  expect(chooseStacks(ONE, 'local', 'us-east-1').run).toEqual(ONE);
});

test('of several regions one is run with what all share, and the rest is told', () => {
  const { run, leftOut } = chooseStacks([...ONE, ...TWO], 'ladder', 'eu-west-1');
  expect(run).toEqual(['ladder-global', ...region('ladder', 'eu-west-1')]);
  expect(leftOut).toEqual(['ladder-edge', 'ladder-links', ...region('ladder', 'us-east-1')]);
});

test.each([
  ['nothing synthesized', 'staging', undefined, 'no stack named staging-... was synthesized'],
  [
    'no choice of several',
    'ladder',
    undefined,
    '--region: received none; the twin runs one region, allowed: us-east-1, eu-west-1',
  ],
  [
    'a region that is not there',
    'ladder',
    'eu-west-9',
    '--region: received eu-west-9; allowed: us-east-1, eu-west-1',
  ],
])('%s is refused with what is allowed', (_what, environment, name, message) => {
  expect(() => chooseStacks(TWO, environment, name)).toThrow(message);
});
