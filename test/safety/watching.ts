import { asList, type Graph, type Resource } from '../../tools/topology';
import { at, managed, refersTo, valuesOf, violation, type Rule, type Violation } from './plan';

/** Alarms of a metric about a resource, directly or through metric math, that somebody hears of. */
function alarmsOn(graph: Graph, target: Resource, metric: string): Resource[] {
  return managed(graph, 'aws_cloudwatch_metric_alarm').filter(
    (alarm) =>
      valuesOf(alarm.arguments, 'metric_name').includes(metric) &&
      alarm.references.some(
        ({ target: address, argument }) =>
          address === target.globalAddress && argument.includes('dimensions'),
      ) &&
      isHeard(graph, alarm),
  );
}

/** Whether an alarm, or a composite alarm that it is part of, tells a topic which somebody is subscribed to. */
function isHeard(graph: Graph, alarm: Resource): boolean {
  const tellers = [
    alarm,
    ...managed(graph, 'aws_cloudwatch_composite_alarm').filter((composite) =>
      refersTo(composite, alarm, 'alarm_rule'),
    ),
  ];
  const topics = managed(graph, 'aws_sns_topic').filter((topic) =>
    managed(graph, 'aws_sns_topic_subscription').some((subscription) => refersTo(subscription, topic)),
  );
  return tellers.some(
    (teller) =>
      at(teller, 'actions_enabled') !== false &&
      topics.some((topic) => refersTo(teller, topic, 'alarm_actions')),
  );
}

export const TARGET_GROUPS: Rule = {
  name: 'every target group has an alarm on its healthy hosts',
  find: (graph) =>
    managed(graph, 'aws_lb_target_group')
      .filter((group) => alarmsOn(graph, group, 'HealthyHostCount').length === 0)
      .map((group) => violation(group, 'nobody hears when its hosts are not healthy')),
};

export const ALARMS_HEARD: Rule = {
  name: 'every alarm reaches somebody',
  find: (graph) =>
    managed(graph, 'aws_cloudwatch_metric_alarm')
      .filter((alarm) => !isHeard(graph, alarm))
      .map((alarm) => violation(alarm, 'goes off and tells nobody')),
};

export const QUEUES: Rule = {
  name: 'every queue has a dead-letter queue, and that one an alarm',
  find: (graph) => {
    const queues = managed(graph, 'aws_sqs_queue');
    const deadLetters = queues.filter((queue) =>
      queues.some((other) => refersTo(other, queue, 'redrive_policy')),
    );
    return queues.flatMap((queue): Violation[] => {
      if (deadLetters.includes(queue)) {
        return alarmsOn(graph, queue, 'ApproximateNumberOfMessagesVisible').length > 0
          ? []
          : [violation(queue, 'nobody hears of failed messages')];
      }
      return deadLetters.some((dead) => refersTo(queue, dead, 'redrive_policy'))
        ? []
        : [violation(queue, 'messages that fail are tried for ever')];
    });
  },
};

export const LOG_GROUPS: Rule = {
  name: 'every log group has a retention',
  find: (graph) =>
    managed(graph, 'aws_cloudwatch_log_group')
      .filter((group) => !(Number(at(group, 'retention_in_days')) > 0))
      .map((group) => violation(group, 'keeps everything for ever')),
};

export const INSTANCES: Rule = {
  name: 'every instance takes its metadata by session only, and encrypts its volumes',
  find: (graph) => [
    ...managed(graph, 'aws_launch_template', 'aws_instance')
      .filter((launch) => at(launch, 'metadata_options.http_tokens') !== 'required')
      .map((launch) => violation(launch, 'answers IMDSv1')),
    ...managed(graph, 'aws_instance')
      .filter((machine) => String(at(machine, 'root_block_device.encrypted')) !== 'true')
      .map((machine) => violation(machine, 'has a volume that is not encrypted')),
    ...managed(graph, 'aws_imagebuilder_infrastructure_configuration')
      .filter((machine) => at(machine, 'instance_metadata_options.http_tokens') !== 'required')
      .map((machine) => violation(machine, 'answers IMDSv1')),
    ...managed(graph, 'aws_launch_template', 'aws_imagebuilder_image_recipe')
      .filter((launch) => {
        const volumes = valuesOf(launch.arguments, 'ebs').flatMap((ebs) => asList(ebs as never));
        return (
          volumes.length === 0 ||
          volumes.some((ebs) => String(Reflect.get(Object(ebs), 'encrypted')) !== 'true')
        );
      })
      .map((launch) => violation(launch, 'has a volume that is not encrypted')),
  ],
};
