import { parse } from 'yaml';
import { RESPONSE_TIMES } from '../../stacks/objectives';
import { only, resourcesOf } from '../support/synth';
import { synthesizeHome } from './support';

const stacks = synthesizeHome('production');
const image = stacks['production-us-east-1-image']!;
const app = stacks['production-us-east-1-app']!;
const userData = Object.entries(resourcesOf(app, 'aws_launch_template')).map(
  ([name, template]) => [name, String(template.user_data)] as const,
);

test('the log groups that the image writes to are those that the plan declares, by name', () => {
  const recipe = only(image, 'aws_imagebuilder_image_recipe');
  const parameters = (recipe.component as { parameter?: { name: string; value: string }[] }[]).flatMap(
    ({ parameter }) => parameter ?? [],
  );
  const prefix = parameters.find(({ name }) => name === 'LogGroup')!.value;
  const { data } = resourcesOf(image, 'aws_imagebuilder_component')['image_contents_units']!;
  expect(() => parse(String(data))).not.toThrow();
  const written = [...String(data).matchAll(/"log_group_name": "([^"]+)"/g)].map((match) =>
    match[1]!.replace('{{ LogGroup }}', prefix),
  );
  const declared = Object.entries(resourcesOf(app, 'aws_cloudwatch_log_group'))
    .filter(([id]) => id.startsWith('logs_'))
    .map(([, { name }]) => name);
  expect(written.sort()).toEqual(declared.sort());
});

test('every fleet waits for the log groups, may write to them, and knows what it is called', () => {
  const groups = Object.keys(resourcesOf(app, 'aws_cloudwatch_log_group')).filter((id) =>
    id.startsWith('logs_'),
  );
  const fleets = Object.values(resourcesOf(app, 'aws_autoscaling_group'));
  expect(fleets).toHaveLength(3);
  for (const { depends_on } of fleets) {
    expect(depends_on).toEqual(
      expect.arrayContaining(groups.map((group) => `aws_cloudwatch_log_group.${group}`)),
    );
  }
  const attached = Object.values(resourcesOf(app, 'aws_iam_role_policy_attachment'));
  const agents = attached.filter(({ policy_arn }) =>
    String(policy_arn).endsWith('CloudWatchAgentServerPolicy'),
  );
  expect(new Set(agents.map(({ role }) => role)).size).toBe(fleets.length);
  for (const [, text] of userData) expect(text).toContain('METRICS_NAMESPACE=tiers/production/service');
  expect(userData.map(([, text]) => /FLEET=(\w+)/.exec(text)?.[1]).sort()).toEqual([
    'transcoder',
    'web',
    'worker',
  ]);
});

test('the service counts against the same objectives as the alarms', () => {
  const [, text] = userData.find(([name]) => name.startsWith('web'))!;
  const told = /RESPONSE_TIME_OBJECTIVES=(.*?)\\?\\n/.exec(text)?.[1];
  expect(told?.split(',')).toEqual(
    RESPONSE_TIMES.map(({ endpoint, milliseconds }) => `${endpoint}=${milliseconds}`),
  );
});
