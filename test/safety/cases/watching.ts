import { HOME, drop, removeAll, set, queue, deadLetter, template, hosts, type Case } from '../breaking';
import { TARGET_GROUPS, ALARMS_HEARD, QUEUES, LOG_GROUPS, INSTANCES } from '../watching';

export const WATCHING_CASES: readonly Case[] = [
  [
    TARGET_GROUPS,
    'an alarm of another metric',
    `${HOME}-app:aws_lb_target_group.load_balancer_targets_group: nobody hears`,
    set(hosts, 'metric_name', 'RequestCount'),
  ],
  [
    TARGET_GROUPS,
    'an alarm about another group',
    `${HOME}-app:aws_lb_target_group.load_balancer_targets_group: nobody hears`,
    set(hosts, 'dimensions', { TargetGroup: 'targetgroup/other/1' }),
  ],
  [
    ALARMS_HEARD,
    'a topic without subscribers',
    `${HOME}-observability:aws_cloudwatch_metric_alarm.alarms_jobs_failed: goes off`,
    removeAll(`${HOME}-observability`, 'aws_sns_topic_subscription'),
  ],
  [
    ALARMS_HEARD,
    'an alarm that is switched off',
    `${HOME}-observability:aws_cloudwatch_metric_alarm.alarms_jobs_failed: goes off`,
    set(`${HOME}-observability:aws_cloudwatch_metric_alarm.alarms_jobs_failed`, 'actions_enabled', false),
  ],
  [
    ALARMS_HEARD,
    'signs of an outage without their composite',
    `${hosts}: goes off`,
    removeAll(`${HOME}-observability`, 'aws_cloudwatch_composite_alarm'),
  ],
  [QUEUES, 'a queue without a redrive policy', `${queue}: messages that fail`, drop(queue, 'redrive_policy')],
  [
    QUEUES,
    'a dead-letter queue without an alarm',
    `${deadLetter}: nobody hears`,
    set(
      `${HOME}-observability:aws_cloudwatch_metric_alarm.alarms_jobs_failed`,
      'metric_name',
      'NumberOfMessagesSent',
    ),
  ],
  [
    LOG_GROUPS,
    'a group without a retention',
    `${HOME}-network:aws_cloudwatch_log_group.network_flow_logs_group: keeps`,
    drop(`${HOME}-network:aws_cloudwatch_log_group.network_flow_logs_group`, 'retention_in_days'),
  ],
  [
    LOG_GROUPS,
    'a retention of zero, which means for ever',
    `${HOME}-network:aws_cloudwatch_log_group.network_flow_logs_group: keeps`,
    set(`${HOME}-network:aws_cloudwatch_log_group.network_flow_logs_group`, 'retention_in_days', 0),
  ],
  [
    INSTANCES,
    'a template with IMDSv1',
    `${template}: answers IMDSv1`,
    set(template, 'metadata_options', { http_tokens: 'optional' }),
  ],
  [
    INSTANCES,
    'a template that says nothing',
    `${template}: answers IMDSv1`,
    drop(template, 'metadata_options'),
  ],
  [
    INSTANCES,
    'a volume in clear',
    `${template}: has a volume`,
    set(template, 'block_device_mappings', [{ ebs: { encrypted: 'false' } }]),
  ],
  [
    INSTANCES,
    'a build machine with IMDSv1',
    `${HOME}-image:aws_imagebuilder_infrastructure_configuration.image_build_machine_configuration: answers`,
    drop(
      `${HOME}-image:aws_imagebuilder_infrastructure_configuration.image_build_machine_configuration`,
      'instance_metadata_options',
    ),
  ],
];
