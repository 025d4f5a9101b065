import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { description } from '../../modules/alarms/declare';
import { invalidationAlarms } from '../../modules/alarms/invalidations';
import { fillSkewAlarms, skewAlarms } from '../../modules/alarms/shards';
import { signingAlarms } from '../../modules/edge-alarms/dns';
import { exportAlarm } from '../../modules/metric-export';
import { resourcesOf } from '../support/synth';
import { synthesizeNamed } from './support';

const RUNBOOKS = join(__dirname, '../../docs/runbooks');

/** What production and the machine's own deployment declare, and what neither of them needs: more than one shard, a signed zone, metrics elsewhere. */
const alarms: readonly { description: string; grade: unknown; name: string }[] = [
  ...Object.values(synthesizeNamed('production', 'local', 'ladder/01-one-server')).flatMap((stack) =>
    ['aws_cloudwatch_metric_alarm', 'aws_cloudwatch_composite_alarm'].flatMap((type) =>
      Object.values(resourcesOf(stack, type)).map(({ alarm_name, alarm_description, tags }) => ({
        description: String(alarm_description),
        grade: (tags as { Grade: string }).Grade,
        name: String(alarm_name).replace(/^tiers-[a-z]+-/, ''),
      })),
    ),
  ),
  ...[
    ...skewAlarms(['shard-00-a', 'shard-01-a']),
    ...fillSkewAlarms(
      ['shard-00-a', 'shard-01-a'].map((identifier) => ({ identifier, maxStorage: 100 })),
      'inspection',
    ),
    ...signingAlarms('Z1'),
    ...invalidationAlarms({ name: 'a', deadLetterName: 'b' }),
    exportAlarm('export'),
  ].map((plan) => ({
    description: description(plan),
    grade: plan.grade,
    name: plan.id,
  })),
];
const written = readdirSync(RUNBOOKS)
  .map((file) => file.replace(/\.md$/, ''))
  .filter((name) => name !== 'README');
const read = (name: string): string => readFileSync(join(RUNBOOKS, `${name}.md`), 'utf8');

test('every alarm says the impact, whether to act now, and its runbook; every runbook follows one', () => {
  expect(alarms.length).toBeGreaterThan(60);
  const used = alarms.map(({ description: text, grade }) => {
    const match =
      /^[A-Z].+\. (Act now\.|Nothing to do\.|Nothing to do tonight;.+\.) Runbook: docs\/runbooks\/([a-z0-9-]+)\.md$/.exec(
        text,
      );
    expect([text, match === null]).toEqual([text, false]);
    // Somebody is woken for nothing only by the test of the way that pages take.
    expect(match![1] === 'Act now.').toBe(grade === 'page' && !text.startsWith('Test of '));
    expect(match![1] === 'Nothing to do.').toBe(text.startsWith('Test of '));
    expect(text.length).toBeLessThanOrEqual(1024);
    return match![2]!;
  });
  // A decision that follows an alarm is reached through the alarm's own runbook.
  const followed = used.flatMap((name) =>
    [...read(name).matchAll(/\((\w[\w-]*)\.md\)/g)].map(([, other]) => other!),
  );
  expect(used.filter((name) => !written.includes(name))).toEqual([]);
  expect(written.filter((name) => !used.includes(name) && !followed.includes(name))).toEqual([]);
  const index = read('README');
  for (const name of written) expect(index).toContain(`(${name}.md)`);
});

test('a runbook of a page says what users notice, where to look, what to do and when it is over', () => {
  const paging = alarms.flatMap(({ description: text, grade }) =>
    grade === 'page' ? [/runbooks\/([a-z0-9-]+)\.md$/.exec(text)![1]!] : [],
  );
  for (const name of new Set(paging)) {
    const headings = [...read(name).matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    expect([name, headings]).toEqual([name, expect.arrayContaining(['Look first', 'Then'])]);
    expect([name, headings.some((heading) => ['Over when', 'Afterwards'].includes(heading!))]).toEqual([
      name,
      true,
    ]);
    // The first paragraph is for whoever was woken: the alarm and what it means.
    expect(read(name).split('\n\n')[1]!.length).toBeGreaterThan(80);
  }
});

test('tickets that a runbook names exist', () => {
  const named = written.flatMap((name) =>
    [...read(name).matchAll(/tickets? `([a-z0-9.-]+)`(?: and `([a-z0-9.-]+)`)?/g)].flatMap((match) =>
      match.slice(1).flatMap((alarm) => (alarm === undefined ? [] : [[name, alarm] as const])),
    ),
  );
  expect(named.length).toBeGreaterThan(4);
  for (const [name, alarm] of named) {
    const found = alarms.some((one) =>
      alarm.startsWith('...') ? one.name.endsWith(alarm.slice(3)) : one.name === alarm,
    );
    expect([name, alarm, found]).toEqual([name, alarm, true]);
  }
});

test('runbooks link to nothing that is missing', () => {
  for (const file of readdirSync(RUNBOOKS)) {
    for (const [, target] of readFileSync(join(RUNBOOKS, file), 'utf8').matchAll(/\]\(([^)]+)\)/g)) {
      expect([file, target, existsSync(join(RUNBOOKS, target!))]).toEqual([file, target, true]);
    }
  }
});
