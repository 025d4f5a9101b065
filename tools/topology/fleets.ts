import { TopologyError } from './errors';
import { evaluate } from './evaluate';
import { resourcesOfType, targetsOf } from './lookup';
import { resourcesListed, resourceWith } from './identifiers';
import { securityGroupsOf } from './security-groups';
import { instanceConfiguration, rawInstanceConfiguration } from './user-data';
import type { AttributeResolver, Fleet, Graph, Resource } from './types';

/**
 * Every Auto Scaling group with its launch template, role, security groups, target groups and environment.
 * Throws TopologyError on a group whose parts cannot be traced.
 */
export function fleetsOf(graph: Graph, attributes?: AttributeResolver): Fleet[] {
  return resourcesOfType(graph, 'aws_autoscaling_group').map((group) => fleetOf(graph, group, attributes));
}

/** One Auto Scaling group with what it launches. */
export function fleetOf(graph: Graph, group: Resource, attributes?: AttributeResolver): Fleet {
  const launchTemplate = launchTemplateOf(graph, group);
  return {
    group,
    launchTemplate,
    role: instanceRole(graph, launchTemplate),
    securityGroups: securityGroupsOf(graph, launchTemplate),
    targetGroups: targetGroupsOf(graph, group),
    configuration: instanceConfiguration(graph, launchTemplate, attributes),
    raw: rawInstanceConfiguration(launchTemplate),
  };
}

/** Every machine that stands by itself and sets itself up by user data, as a fleet that launches nothing but it. */
export function serversOf(graph: Graph, attributes?: AttributeResolver): Fleet[] {
  return resourcesOfType(graph, 'aws_instance')
    .filter((machine) => machine.arguments.user_data_base64 !== undefined)
    .map((machine) => ({
      group: machine,
      launchTemplate: machine,
      role: instanceRole(graph, machine, 'iam_instance_profile'),
      securityGroups: targetsOf(graph, machine, 'primary_network_interface').flatMap((own) =>
        securityGroupsOf(graph, own),
      ),
      targetGroups: [],
      configuration: instanceConfiguration(graph, machine, attributes),
      raw: rawInstanceConfiguration(machine),
    }));
}

const SPECIFICATION = 'mixed_instances_policy.launch_template.launch_template_specification';

function launchTemplateOf(graph: Graph, group: Resource): Resource {
  const location = { stack: group.stack, address: group.address, argument: 'launch_template' };
  const id =
    evaluate(graph, group, 'launch_template.id') ??
    evaluate(graph, group, `${SPECIFICATION}.launch_template_id`);
  const name =
    evaluate(graph, group, 'launch_template.name') ??
    evaluate(graph, group, `${SPECIFICATION}.launch_template_name`);
  const template =
    resourceWith(graph, 'aws_launch_template', 'id', id, group) ??
    resourceWith(graph, 'aws_launch_template', 'name', name, group);
  if (template) return template;
  throw new TopologyError(
    location,
    `found ${JSON.stringify(id ?? name ?? null)}, which is no launch template of the stacks that were read`,
    'Refer to an aws_launch_template by id or name, in launch_template or mixed_instances_policy',
  );
}

function instanceRole(
  graph: Graph,
  launchTemplate: Resource,
  nameArgument = 'iam_instance_profile.name',
): Resource | undefined {
  const name = evaluate(graph, launchTemplate, nameArgument);
  const arn = name === undefined ? evaluate(graph, launchTemplate, 'iam_instance_profile.arn') : undefined;
  if (arn === undefined && name === undefined) return undefined;
  const profile =
    resourceWith(graph, 'aws_iam_instance_profile', 'arn', arn, launchTemplate) ??
    resourceWith(graph, 'aws_iam_instance_profile', 'name', name, launchTemplate);
  const roleName = profile && evaluate(graph, profile, 'role');
  const role = resourceWith(graph, 'aws_iam_role', 'name', roleName, profile);
  if (role) return role;
  throw new TopologyError(
    { stack: launchTemplate.stack, address: launchTemplate.address, argument: 'iam_instance_profile' },
    `found ${JSON.stringify(arn ?? name)}, which leads to no aws_iam_role of the stacks that were read`,
    'Refer to an aws_iam_instance_profile that names an aws_iam_role of these stacks',
  );
}

function targetGroupsOf(graph: Graph, group: Resource): Resource[] {
  const own = resourcesListed(graph, group, 'target_group_arns', 'aws_lb_target_group', 'arn');
  const attached = resourcesOfType(graph, 'aws_autoscaling_attachment')
    .filter(
      (attachment) =>
        resourceWith(
          graph,
          'aws_autoscaling_group',
          'name',
          evaluate(graph, attachment, 'autoscaling_group_name'),
        )?.globalAddress === group.globalAddress,
    )
    .flatMap((attachment) =>
      resourcesListed(graph, attachment, 'lb_target_group_arn', 'aws_lb_target_group', 'arn'),
    );
  return [...own, ...attached];
}
