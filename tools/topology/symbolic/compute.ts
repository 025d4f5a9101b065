import { digits, type Facts, evaluated, type KnownTypes, listed, named, opaque } from './known-type';

const balancer = (facts: Facts): string => `app/${facts.text('name')}/${digits(facts, 16)}`;
const balancerArn = (facts: Facts): string =>
  facts.arn('elasticloadbalancing', `loadbalancer/${balancer(facts)}`);
const targetGroup = (facts: Facts): string => `targetgroup/${facts.text('name')}/${digits(facts, 16)}`;
const targetGroupArn = (facts: Facts): string => facts.arn('elasticloadbalancing', targetGroup(facts));
const listenerArn = (facts: Facts): string =>
  `${String(facts.argument('load_balancer_arn')).replace(':loadbalancer/', ':listener/')}/${digits(facts, 16)}`;
const ruleArn = (facts: Facts): string =>
  `${String(facts.argument('listener_arn')).replace(':listener/', ':listener-rule/')}/${digits(facts, 16)}`;
const autoscaling = (facts: Facts): string =>
  facts.arn('autoscaling', `autoScalingGroup:${digits(facts, 8)}:autoScalingGroupName/${facts.text('name')}`);
const imageBuilder =
  (kind: string) =>
  (facts: Facts): string =>
    facts.arn('imagebuilder', `${kind}/${facts.text('name')}`);
const imageBuilderType = (kind: string) => listed({ id: imageBuilder(kind), arn: imageBuilder(kind) });

export const COMPUTE: KnownTypes = {
  aws_lb: evaluated({
    id: balancerArn,
    arn: balancerArn,
    arn_suffix: balancer,
    name: named('name'),
    dns_name: (facts) =>
      `${facts.text('name')}-${digits(facts, 10)}.${facts.resource.region}.elb.amazonaws.com`,
    zone_id: (facts) => `ZELB${facts.resource.region.toUpperCase().replaceAll('-', '')}`,
  }),
  aws_lb_target_group: evaluated({
    id: targetGroupArn,
    arn: targetGroupArn,
    arn_suffix: targetGroup,
    name: named('name'),
  }),
  aws_lb_listener: evaluated({ id: listenerArn, arn: listenerArn }),
  aws_lb_listener_rule: evaluated({ id: ruleArn, arn: ruleArn }),
  aws_lb_listener_certificate: listed({ id: opaque('listener-certificate') }),
  aws_launch_template: evaluated({
    id: opaque('lt'),
    name: named('name'),
    arn: (facts) => facts.arn('ec2', `launch-template/lt-${facts.unique}`),
    // A template that is created by this plan starts at version 1.
    latest_version: () => 1,
    default_version: () => 1,
  }),
  aws_autoscaling_group: evaluated({ id: named('name'), name: named('name'), arn: autoscaling }),
  aws_autoscaling_policy: listed({
    id: named('name'),
    arn: (facts) => facts.arn('autoscaling', `scalingPolicy:${digits(facts, 8)}:${facts.text('name')}`),
  }),
  aws_autoscaling_schedule: listed({ id: named('scheduled_action_name') }),
  aws_autoscaling_attachment: evaluated({ id: opaque('attachment') }),
  aws_autoscaling_lifecycle_hook: listed({ id: named('name') }),
  aws_autoscaling_notification: listed({ id: opaque('notification') }),
  aws_placement_group: listed({ id: named('name') }),
  aws_ebs_volume: listed({
    id: opaque('vol'),
    arn: (facts) => facts.arn('ec2', `volume/vol-${facts.unique}`),
  }),
  aws_volume_attachment: listed({ id: opaque('vai') }),
  aws_dlm_lifecycle_policy: listed({
    id: opaque('policy'),
    arn: (facts) => facts.arn('dlm', `policy/policy-${facts.unique}`),
  }),
  aws_instance: listed({ id: opaque('i'), arn: (facts) => facts.arn('ec2', `instance/i-${facts.unique}`) }),
  aws_imagebuilder_component: imageBuilderType('component'),
  aws_imagebuilder_image_recipe: imageBuilderType('image-recipe'),
  aws_imagebuilder_image_pipeline: imageBuilderType('image-pipeline'),
  aws_imagebuilder_infrastructure_configuration: imageBuilderType('infrastructure-configuration'),
  aws_imagebuilder_distribution_configuration: imageBuilderType('distribution-configuration'),
  aws_imagebuilder_lifecycle_policy: imageBuilderType('lifecycle-policy'),
  aws_imagebuilder_image: listed({
    id: imageBuilder('image'),
    arn: imageBuilder('image'),
    output_resources: (facts) => [
      { amis: [{ image: `ami-${facts.unique}`, region: facts.resource.region }] },
    ],
  }),
};
