import { loadDeployments } from '../../deployments/load';
import production from '../../deployments/production/us-east-1';
import { database, findIn, HOME, set, setOutput, sound, type Break, type Case } from './breaking';
import { FORM_CASES } from './cases/form';
import { GRANTS_CASES } from './cases/grants';
import { OPENNESS_CASES } from './cases/openness';
import { PROTECTION_CASES } from './cases/protection';
import { WATCHING_CASES } from './cases/watching';
import { idleReasons } from './grants';
import { linked, synthesizeDocuments } from './plan';
import { lacking, PROTECTION, PROTECTIONS } from './protection';
import { RULES } from './rules';

const BROKEN: readonly Case[] = [
  ...OPENNESS_CASES,
  ...PROTECTION_CASES,
  ...WATCHING_CASES,
  ...FORM_CASES,
  ...GRANTS_CASES,
];

test.each(RULES)('a sound plan keeps the rule: $name', (rule) => {
  expect(findIn(rule)).toEqual([]);
});

test.each(BROKEN.map(([rule, what, found, ...breaks]) => ({ rule, what, found, breaks })))(
  '"$rule.name" finds $what',
  ({ rule, found, breaks }) => {
    expect(findIn(rule, ...breaks)).toEqual(expect.arrayContaining([expect.stringContaining(found)]));
  },
);

test('each rule is shown to fail, and each protection of each type', () => {
  expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(RULES));
  const lost = BROKEN.filter(([rule]) => rule === PROTECTION).map(([, , found]) => found);
  const untested = Object.entries(PROTECTIONS).flatMap(([type, protections]) =>
    protections
      .filter(
        ({ what }) =>
          !lost.some((found) => {
            const [address, message] = found.split(': lacks: ');
            return address!.includes(`:${type}.`) && what.startsWith(message!);
          }),
      )
      .map(({ what }) => `${type}: ${what}`),
  );
  expect(untested).toEqual([]);
});

test('each wildcard that the table allows is needed', () => {
  const own = {
    ...production,
    state: {
      backend: 'own' as const,
      region: 'us-east-1',
      replicaRegion: 'us-west-2',
      deployers: ['arn:aws:iam::444455556666:role/pipeline'],
    },
  };
  const all = synthesizeDocuments({ environment: 'production', regions: [own], chosen: ['us-east-1'] });
  const [oneServer] = loadDeployments(['ladder/01-one-server']);
  expect(idleReasons(linked({ ...all, ...synthesizeDocuments(oneServer!) }))).toEqual([]);
});

describe('an exception', () => {
  const off = set(database, 'deletion_protection', false);
  const decision = {
    where: 'shard-00',
    setting: 'deletionProtection',
    reason: 'a copy that is made anew each night',
  };
  const decide = (stack: string, value: unknown): Break => setOutput(stack, 'tiers_decisions', [value]);

  test('counts where the stack of the resource gives its reason', () => {
    const documents = structuredClone(sound);
    off(documents);
    decide(`${HOME}-data`, decision)(documents);
    expect(lacking(linked(documents))).toEqual({
      violations: [],
      exceptions: [
        {
          address: database,
          what: 'deletion protection',
          safeguard: 'deletionProtection',
          reason: decision.reason,
        },
      ],
    });
  });

  test.each<[string, Break]>([
    ['in another stack', decide(`${HOME}-app`, decision)],
    ['for another construct', decide(`${HOME}-data`, { ...decision, where: 'shard-0' })],
    ['for another setting', decide(`${HOME}-data`, { ...decision, setting: 'multiAz' })],
    ['without a reason', decide(`${HOME}-data`, { ...decision, reason: ' ' })],
  ])('does not count %s', (_where, change) => {
    expect(findIn(PROTECTION, off, change)).toEqual([`${database}: lacks: deletion protection`]);
  });
});
