import { messageOf, set, type Fault } from './support';

const FAULTS: readonly Fault[] = [
  [
    'a canary every two minutes',
    set('canary', { enabled: true, everyMinutes: 2 }),
    'canary.everyMinutes: received 2; allowed: 1, 5 or 15 minutes; write 5',
  ],
  [
    'a canary without a clock',
    set('canary', { enabled: true }),
    'canary.everyMinutes: received nothing; allowed: 1, 5 or 15 minutes; write 5',
  ],
  [
    'a canary turned off without a word',
    set('canary', { enabled: false }),
    `canary.reason: received nothing; allowed: a text of 10 to 300 characters without \${ and %{; write for instance 'nobody uses it from outside'`,
  ],
  [
    'a canary as a yes',
    set('canary', true),
    'canary: received true; allowed: { enabled: true, everyMinutes }, or { enabled: false, reason }; write { enabled: true, everyMinutes: 5 }',
  ],
];

describe('how a deployment is watched', () => {
  test.each(FAULTS)('%s is refused', (_name, change, message) => {
    expect(messageOf(change)).toBe(`deployments/x.ts: ${message}`);
  });
});
