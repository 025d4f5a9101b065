import fc from 'fast-check';
import { BACKLOG_PER_INSTANCE } from '../../modules/server-fleet/backlog-scaling';
import { only, resourcesOf, type Synthesized } from '../support/synth';
import { declare, ignoredOf } from './server-fleet.fixture';

const policyOf = (fleet: Synthesized): Record<string, unknown> =>
  only(fleet, 'aws_autoscaling_policy').target_tracking_configuration as Record<string, unknown>;
describe('scaling', () => {
  test('on requests: the metric counts a minute, of this target group behind this balancer', () => {
    const fleet = declare({}, (web, balancer) => web.scaleOnRequests(balancer, 200));
    expect(policyOf(fleet)).toEqual({
      target_value: 12_000,
      predefined_metric_specification: {
        predefined_metric_type: 'ALBRequestCountPerTarget',
        resource_label:
          '${aws_lb.load_balancer_balancer.arn_suffix}/${aws_lb_target_group.load_balancer_targets_group.arn_suffix}',
      },
    });
    expect(only(fleet, 'aws_autoscaling_policy').depends_on).toEqual([
      'aws_lb_listener.load_balancer_listeners_https',
    ]);
  });

  test('a forecast of requests, which starts nothing', () => {
    const fleet = declare({}, (web, balancer) => web.forecastRequests(balancer, 200));
    expect(only(fleet, 'aws_autoscaling_policy')).toMatchObject({
      policy_type: 'PredictiveScaling',
      predictive_scaling_configuration: {
        mode: 'ForecastOnly',
        max_capacity_breach_behavior: 'HonorMaxCapacity',
        scheduling_buffer_time: '300',
        metric_specification: {
          target_value: 12_000,
          predefined_metric_pair_specification: {
            predefined_metric_type: 'ALBRequestCount',
            resource_label:
              '${aws_lb.load_balancer_balancer.arn_suffix}/${aws_lb_target_group.load_balancer_targets_group.arn_suffix}',
          },
        },
      },
      depends_on: ['aws_lb_listener.load_balancer_listeners_https'],
    });
  });

  test('on CPU', () => {
    expect(policyOf(declare({}, (web) => web.scaleOnCpu(50)))).toEqual({
      target_value: 50,
      predefined_metric_specification: { predefined_metric_type: 'ASGAverageCPUUtilization' },
    });
  });

  test('on a schedule: only the minimum moves, and from then on plans leave it alone', () => {
    const schedule = {
      timeZone: 'America/New_York',
      night: { hour: 2, min: 1 },
      morning: { hour: 7, min: 3 },
    };
    const fleet = declare({}, (web) => web.scaleOnSchedule(schedule));
    const unchanged = { max_size: -1, desired_capacity: -1, time_zone: 'America/New_York' };
    expect(Object.values(resourcesOf(fleet, 'aws_autoscaling_schedule'))).toEqual([
      expect.objectContaining({ recurrence: '0 2 * * *', min_size: 1, ...unchanged }),
      expect.objectContaining({ recurrence: '0 7 * * *', min_size: 3, ...unchanged }),
    ]);
    expect(ignoredOf(fleet)).toContain('min_size');
  });

  test('a schedule that cannot be is refused', () => {
    const at = (hour: number, min: number): { hour: number; min: number } => ({ hour, min });
    const schedule = (night: ReturnType<typeof at>, morning: ReturnType<typeof at>): (() => unknown) => {
      return () => declare({}, (web) => web.scaleOnSchedule({ timeZone: 'Etc/UTC', night, morning }));
    };
    expect(schedule(at(24, 1), at(7, 2))).toThrow('test/web/schedule.hour: received 24');
    expect(schedule(at(2, 1), at(7, 7))).toThrow("from 0 to the group's maximum of 6");
    expect(schedule(at(2, 1), at(2, 2))).toThrow('another hour than the night begins with');
  });

  test('on the backlog: messages over instances, of this queue and this group', () => {
    const fleet = declare({}, (web) => web.scaleOnBacklog({ queueName: 'jobs', messagesPerInstance: 100 }));
    const { target_value, customized_metric_specification } = policyOf(fleet);
    expect(target_value).toBe(100);
    const { metrics } = customized_metric_specification as { metrics: Record<string, unknown>[] };
    expect(metrics.map(({ id, return_data }) => [id, return_data])).toEqual([
      ['visible', false],
      ['instances', false],
      ['backlog', true],
    ]);
    expect(metrics[0]).toMatchObject({
      metric_stat: { metric: { dimensions: [{ name: 'QueueName', value: 'jobs' }] } },
    });
    expect(metrics[1]).toMatchObject({
      metric_stat: {
        metric: {
          dimensions: [
            { name: 'AutoScalingGroupName', value: '${aws_autoscaling_group.web_servers_group.name}' },
          ],
        },
      },
    });
    expect(metrics[2]?.expression).toBe(BACKLOG_PER_INSTANCE);
  });

  test('the backlog is right from zero instances, and with a metric missing', () => {
    // The expression is arithmetic in JavaScript too, with CloudWatch's two functions given to it.
    const fill = (value: number | undefined, otherwise: number): number => value ?? otherwise;
    const choose = (condition: boolean, yes: number, no: number): number => (condition ? yes : no);
    const backlog = new Function('visible', 'instances', 'FILL', 'IF', `return ${BACKLOG_PER_INSTANCE}`) as (
      ...values: unknown[]
    ) => number;
    const metric = fc.option(fc.nat(100_000), { nil: undefined });
    fc.assert(
      fc.property(metric, metric, (visible, instances) => {
        const expected = (visible ?? 0) / Math.max(instances ?? 0, 1);
        expect(backlog(visible, instances, fill, choose)).toBe(expected);
      }),
    );
  });
});
