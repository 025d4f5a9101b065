import {
  fleetsOf,
  instanceConfiguration,
  parseUserData,
  rawInstanceConfiguration,
} from '../../tools/topology';
import { environmentWith, graphWith, inApp, userData } from './plan';

const location = { stack: 'app', address: 'aws_launch_template.web', argument: 'user_data' };
const text = (content: string, runcmd = '  - [systemctl, enable, --now, tiers-api.service]'): string =>
  `#cloud-config\nwrite_files:\n  - path: /etc/tiers/service.env\n    content: |\n${content}\nruncmd:\n${runcmd}\n`;

describe('user data', () => {
  test('environment and units, evaluated', () => {
    const graph = graphWith();
    const configuration = instanceConfiguration(graph, inApp(graph, 'aws_launch_template.web'));
    expect(configuration.units).toEqual([{ role: 'api', unit: 'tiers-api.service' }]);
    expect(configuration.environment).toMatchObject({
      QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/jobs',
      DB_PORT: '5432',
      PORT: '8080',
    });
    expect(configuration.environment.DB_WRITER_HOST).toMatch(
      /^shard-00-a\.[0-9a-f]{12}\.us-east-1\.rds\.amazonaws\.com$/,
    );
  });

  test('the same as written, so that values can be traced', () => {
    const graph = graphWith();
    const raw = rawInstanceConfiguration(inApp(graph, 'aws_launch_template.web'));
    expect(raw.environment.QUEUE_URL).toBe('${aws_sqs_queue.jobs.url}');
    expect(raw.environment.DB_WRITER_HOST).toBe('${data.terraform_remote_state.data.outputs.writer}');
  });

  test('quotes, backslashes and escaped braces survive', () => {
    const graph = graphWith(({ app }) => {
      Object.assign(app.resource.aws_launch_template?.web ?? {}, {
        user_data: environmentWith({ ODD: 'a "b" \\c $${d} #e =f' }),
      });
    });
    const template = inApp(graph, 'aws_launch_template.web');
    expect(instanceConfiguration(graph, template).environment.ODD).toBe('a "b" \\c ${d} #e =f');
    expect(rawInstanceConfiguration(template).environment.ODD).toBe('a "b" \\c $${d} #e =f');
  });

  test('several units start in their order', () => {
    const runcmd = ['migrate', 'worker'].map(
      (role) => `  - [systemctl, enable, --now, tiers-${role}.service]`,
    );
    expect(
      parseUserData(text('      A=1', runcmd.join('\n')), location).units.map(({ role }) => role),
    ).toEqual(['migrate', 'worker']);
  });

  test.each([
    ['a script', '#!/bin/sh\necho', "found user data that begins '#!/bin/sh\necho'"],
    ['no YAML', '#cloud-config\na: [', 'found user data that is no YAML'],
    ['another key', '#cloud-config\npackages: [x]\n', 'Unrecognized key: "packages"'],
    [
      'another file',
      text('      A=1').replace('service.env', 'other.env'),
      'found write_files for /etc/tiers/other.env',
    ],
    ['a line without a key', text('      a=1'), "found the line 'a=1' in /etc/tiers/service.env"],
    ['a key twice', text('      A=1\n      A=2'), 'found A twice in /etc/tiers/service.env'],
    ['another command', text('      A=1', '  - [rm, -r, /]'), 'found runcmd [rm, -r, /]'],
    [
      'another unit',
      text('      A=1', '  - [systemctl, enable, --now, nginx.service]'),
      'found runcmd [systemctl, enable, --now, nginx.service]',
    ],
  ])('%s is refused', (_, document, message) => {
    expect(() => parseUserData(document, location)).toThrow(`app: aws_launch_template.web user_data: `);
    expect(() => parseUserData(document, location)).toThrow(message);
    expect(() => parseUserData(document, location)).toThrow('Allowed is a #cloud-config document');
  });

  test('user data that is not encoded cannot be traced', () => {
    const graph = graphWith(({ app }) => {
      Object.assign(app.resource.aws_launch_template?.web ?? {}, { user_data: '#cloud-config' });
    });
    expect(() => rawInstanceConfiguration(inApp(graph, 'aws_launch_template.web'))).toThrow(
      'found user data that is not base64encode() of one string',
    );
  });
});

describe('fleets', () => {
  test('a group with all that it launches', () => {
    const graph = graphWith();
    const [fleet] = fleetsOf(graph);
    expect(fleet).toMatchObject({
      group: inApp(graph, 'aws_autoscaling_group.web'),
      launchTemplate: inApp(graph, 'aws_launch_template.web'),
      role: inApp(graph, 'aws_iam_role.web'),
      securityGroups: ['local-us-east-1-app:aws_security_group.web'],
      targetGroups: [inApp(graph, 'aws_lb_target_group.web')],
    });
  });

  test('a mixed instances policy, and a target group that is attached', () => {
    const graph = graphWith(({ app }) => {
      Object.assign(app.resource, {
        aws_autoscaling_group: {
          web: {
            name: 'web',
            mixed_instances_policy: {
              launch_template: {
                launch_template_specification: { launch_template_id: '${aws_launch_template.web.id}' },
              },
            },
          },
        },
        aws_autoscaling_attachment: {
          web: {
            autoscaling_group_name: '${aws_autoscaling_group.web.name}',
            lb_target_group_arn: '${aws_lb_target_group.web.arn}',
          },
        },
      });
    });
    const [fleet] = fleetsOf(graph);
    expect(fleet?.launchTemplate.address).toBe('aws_launch_template.web');
    expect(fleet?.targetGroups.map(({ address }) => address)).toEqual(['aws_lb_target_group.web']);
  });

  test("a caller's attributes reach the environment", () => {
    const [fleet] = fleetsOf(graphWith(), ({ type }, [attribute]) =>
      type === 'aws_sqs_queue' && attribute === 'url' ? 'http://127.0.0.1:4566/jobs' : undefined,
    );
    expect(fleet?.configuration.environment.QUEUE_URL).toBe('http://127.0.0.1:4566/jobs');
    expect(fleet?.raw.environment.QUEUE_URL).toBe('${aws_sqs_queue.jobs.url}');
  });

  test.each([
    [
      'a launch template that is not there',
      'aws_autoscaling_group',
      { launch_template: { id: 'lt-1' } },
      'aws_autoscaling_group.web launch_template: found "lt-1", which is no launch template',
    ],
    [
      'a profile that is not there',
      'aws_launch_template',
      { iam_instance_profile: { name: 'x' } },
      'aws_launch_template.web iam_instance_profile: found "x", which leads to no aws_iam_role',
    ],
    [
      'no user data',
      'aws_launch_template',
      { user_data: undefined },
      'aws_launch_template.web user_data: found no user data, so that nothing would start',
    ],
  ])('%s', (_, type, change, message) => {
    const graph = graphWith(({ app }) => void Object.assign(app.resource[type]?.web ?? {}, change));
    expect(() => fleetsOf(graph)).toThrow(message);
  });

  test('the fixture itself is written as cdktf writes it', () => {
    expect(userData(['A=${aws_sqs_queue.jobs.url}'])).toBe(
      '${base64encode("#cloud-config\\nwrite_files:\\n  - path: /etc/tiers/service.env\\n    permissions: \'0640\'\\n    content: |\\n      A=${aws_sqs_queue.jobs.url}\\nruncmd:\\n  - [systemctl, enable, --now, tiers-api.service]\\n")}',
    );
  });
});
