import fc from 'fast-check';
import { SPOT_NOTICE } from '../../lib/limits';
import { planSpot } from '../../modules/server-fleet/spot';
import { inventory, only, resourcesOf } from '../support/synth';
import { declare, ignoredOf, type Choices } from './server-fleet.fixture';

const spotChoices: Choices = { instanceTypes: ['m7g.large', 'm6g.large'], spot: {} };
describe('what an instance is launched from', () => {
  const template = only(declare(), 'aws_launch_template');

  test('the image, the role and the unit of its component', () => {
    expect(template).toMatchObject({
      image_id: 'ami-0123456789abcdef0',
      instance_type: 'm7g.large',
      iam_instance_profile: { arn: '${aws_iam_instance_profile.role_profile.arn}' },
      vpc_security_group_ids: ['${aws_security_group.web_security_group.id}'],
    });
    expect(template.user_data).toMatch(/^\$\{base64encode\("#cloud-config\\n/);
    expect(template.user_data).toContain('BALANCER=${aws_lb.load_balancer_balancer.dns_name}\\n');
    expect(template.user_data).toContain('[systemctl, enable, --now, tiers-api.service]');
  });

  test('credentials only by session and one hop, disks encrypted, metrics each minute', () => {
    expect(template).toMatchObject({
      metadata_options: {
        http_endpoint: 'enabled',
        http_tokens: 'required',
        http_put_response_hop_limit: 1,
      },
      block_device_mappings: [{ device_name: '/dev/xvda', ebs: { encrypted: 'true', volume_type: 'gp3' } }],
      monitoring: { enabled: true },
    });
  });

  test('what a release changes is left alone by plans', () => {
    expect(template.lifecycle).toEqual({ ignore_changes: ['image_id'] });
  });

  test('volumes and interfaces carry the tags that default tags do not reach', () => {
    const tags = {
      Name: 'tiers-test-web',
      Project: 'tiers',
      Environment: 'test',
      Stack: 'test',
      Component: 'web',
    };
    expect(template.tag_specifications).toEqual([
      { resource_type: 'volume', tags },
      { resource_type: 'network-interface', tags },
    ]);
  });
});

describe('the group', () => {
  const web = declare();
  const group = only(web, 'aws_autoscaling_group');

  test('behind a balancer it follows the balancer, after a grace, in the app subnets of all zones', () => {
    expect(group).toMatchObject({
      health_check_type: 'ELB',
      health_check_grace_period: 120,
      default_instance_warmup: 60,
      target_group_arns: ['${aws_lb_target_group.load_balancer_targets_group.arn}'],
      vpc_zone_identifier: ['a', 'b', 'c'].map((zone) => `\${aws_subnet.network_app_us_east_1${zone}.id}`),
      instance_maintenance_policy: { min_healthy_percentage: 100, max_healthy_percentage: 120 },
      depends_on: ['aws_lb_listener.load_balancer_listeners_https'],
    });
  });

  test('reports all of its metrics', () => {
    expect(group.enabled_metrics).toEqual(expect.arrayContaining(['GroupInServiceInstances']));
    expect(group.enabled_metrics).toHaveLength(8);
  });

  test('its template has a number, and what moves at run time is left alone by plans', () => {
    expect(group).not.toHaveProperty('desired_capacity');
    expect(group.launch_template).toEqual({
      id: '${aws_launch_template.web_launch_template.id}',
      version: '${aws_launch_template.web_launch_template.latest_version}',
    });
    expect(ignoredOf(web)).toEqual(['desired_capacity', 'launch_template[0].version']);
  });

  test('instances carry the tags', () => {
    expect(group.tag).toContainEqual({ key: 'Component', value: 'web', propagate_at_launch: true });
  });

  test('listens on the port of its target, or on its own', () => {
    declare({}, (fleet) => expect(fleet.connections.port).toBe(8080));
    declare({ port: 9000 }, (fleet) => expect(fleet.connections.port).toBe(9000));
    declare({}, (fleet) => expect(fleet.connections.port).toBeUndefined(), false);
  });

  test('without a balancer EC2 alone says what is healthy', () => {
    const alone = only(
      declare({}, () => undefined, false),
      'aws_autoscaling_group',
    );
    expect(alone.health_check_type).toBe('EC2');
    expect(alone).not.toHaveProperty('target_group_arns');
    expect(alone).not.toHaveProperty('depends_on');
  });

  test('several types on demand are a mixed group in the order of preference', () => {
    const mixed = declare({ instanceTypes: ['m7g.large', 'm6g.large'] });
    expect(only(mixed, 'aws_autoscaling_group')).toMatchObject({
      capacity_rebalance: false,
      mixed_instances_policy: {
        instances_distribution: {
          on_demand_allocation_strategy: 'prioritized',
          on_demand_percentage_above_base_capacity: 100,
        },
        launch_template: { override: [{ instance_type: 'm7g.large' }, { instance_type: 'm6g.large' }] },
      },
    });
    expect(inventory(mixed)).not.toHaveProperty('aws_autoscaling_lifecycle_hook');
  });

  test('days of life become seconds', () => {
    expect(only(declare({ maxInstanceDays: 7 }), 'aws_autoscaling_group').max_instance_lifetime).toBe(
      604_800,
    );
  });

  test('grants go to the role of the instances', () => {
    const granted = declare({}, (fleet) =>
      fleet.grant('send', [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:x'] }]),
    );
    expect(resourcesOf(granted, 'aws_iam_role_policy').role_send).toMatchObject({
      role: '${aws_iam_role.role_role.name}',
    });
  });

  test('wrong numbers and no type are refused at once', () => {
    expect(() => declare({ capacity: { min: 3, max: 2 }, instanceTypes: [] })).toThrow(
      /test\/web\.capacity: received \{"min":3,"max":2\}.*\n.*test\/web\.instanceTypes: received \[\]/,
    );
  });
});

describe('Spot', () => {
  const worker = declare(spotChoices, () => undefined, false);

  test('is spread over the pools that EC2 takes back least, and replaced before it is taken', () => {
    expect(only(worker, 'aws_autoscaling_group')).toMatchObject({
      capacity_rebalance: true,
      mixed_instances_policy: {
        instances_distribution: {
          on_demand_base_capacity: 0,
          on_demand_percentage_above_base_capacity: 0,
          spot_allocation_strategy: 'price-capacity-optimized',
        },
      },
    });
    expect(ignoredOf(worker)).toContain(
      'mixed_instances_policy[0].launch_template[0].launch_template_specification[0].version',
    );
  });

  test('an instance that ends is given time, and ends even if nobody answers', () => {
    expect(only(worker, 'aws_autoscaling_lifecycle_hook')).toMatchObject({
      lifecycle_transition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      heartbeat_timeout: 90,
      default_result: 'CONTINUE',
    });
  });

  test('deregistration and drain together always fit into the notice, or are refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (delay, drain) => {
        const plan = (): unknown => planSpot('fleet', { drain }, delay);
        if (drain >= 30 && delay + drain < SPOT_NOTICE) {
          expect(plan()).toEqual({ onDemandBase: 0, drain });
        } else expect(plan).toThrow(`fleet.spot.drain: received ${drain}`);
      }),
    );
  });

  test('the default does not fit behind a balancer that drains for 30 s; the error says what to change', () => {
    expect(() => declare(spotChoices)).toThrow(
      'with the deregistration delay of 30 s less than the notice of 120 s; shorten the drain',
    );
  });

  test.each([-1, 0.5])('%s instances on demand are refused', (onDemandBase) => {
    expect(() => planSpot('fleet', { onDemandBase }, 0)).toThrow(
      `fleet.spot.onDemandBase: received ${onDemandBase}`,
    );
  });
});
