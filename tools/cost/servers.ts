import { asList, evaluate, fleetOf, isObject, resourceWith, type Resource } from '../topology';
import { charge, number, text, times, type Charge, type Located, type Rule } from './charge';
import { fleetSizes } from './fleet-sizes';
import type { Price } from './price-list';

/** Amazon CloudWatch pricing, "Example 1": EC2 sends seven metrics for each instance with detailed monitoring. */
const DETAILED_METRICS = 7;
/** Amazon RDS User Guide, "gp3 storage": from 400 GiB on PostgreSQL's storage is striped, with 12,000 IOPS in its price. */
const STRIPED_FROM = 400;
const baselineIops = (gigabytes: number): number => (gigabytes >= STRIPED_FROM ? 12_000 : 3_000);

/** Instance types of a group in its order of preference. */
export function instanceTypesOf({ graph, resource }: Located): string[] {
  const overrides = asList(evaluate(graph, resource, 'mixed_instances_policy.launch_template.override'));
  const types = overrides.map((override) => (isObject(override) ? override.instance_type : undefined));
  const own = evaluate(graph, fleetOf(graph, resource).launchTemplate, 'instance_type');
  return (types.length > 0 ? types : [own]).filter((type) => typeof type === 'string');
}

/** What a group is for: the tag that its instances carry, otherwise its name. */
export function componentOf(located: Located): string {
  const tags = asList(evaluate(located.graph, located.resource, 'tag')).filter(isObject);
  const component = tags.find(({ key }) => key === 'Component')?.value;
  return typeof component === 'string' ? component : text(located, 'name');
}

/** Percent of a group that runs on demand. */
export function onDemandShare(located: Located): number {
  const policy = 'mixed_instances_policy';
  if (evaluate(located.graph, located.resource, policy) === undefined) return 100;
  const distribution = `${policy}.instances_distribution`;
  if (number(located, `${distribution}.on_demand_base_capacity`, 0) > 0)
    throw new Error(`${located.resource.globalAddress}: a base on demand below Spot has no price here yet`);
  return number(located, `${distribution}.on_demand_percentage_above_base_capacity`, 100);
}

/** The first type of a group stands for all: the others take its place where it is not to be had. */
export const fleet: Rule = (pricing) => {
  const { graph, resource, list } = pricing;
  const [type] = instanceTypesOf(pricing);
  const tier = componentOf(pricing);
  const sizes = fleetSizes(graph, resource);
  const share = onDemandShare(pricing);
  const { launchTemplate } = fleetOf(graph, resource);
  const template = { ...pricing, resource: launchTemplate };
  const instances: Charge[] = [];
  if (share > 0)
    instances.push(charge(pricing, tier, `${type} on demand`, `instance.${type}`, times(sizes, share / 100)));
  if (share < 100)
    instances.push({
      ...charge(pricing, tier, `${type} on Spot`, `instance.${type}`, times(sizes, 1 - share / 100)),
      price: spot(list.price(`instance.${type}`, resource.region), list.price('spot.share', resource.region)),
    });
  const gigabytes = number(template, 'block_device_mappings.0.ebs.volume_size');
  const volume = text(template, 'block_device_mappings.0.ebs.volume_type');
  const detailed = evaluate(graph, launchTemplate, 'monitoring.enabled') === true ? DETAILED_METRICS : 0;
  return [
    ...instances,
    charge(pricing, tier, `root volume ${volume}, GB`, `ebs.${volume}`, times(sizes, gigabytes)),
    ...(detailed > 0
      ? [charge(pricing, tier, 'metrics of every minute', 'metric', times(sizes, detailed))]
      : []),
  ];
};

/** The one server. */
export const oneServer: Rule = (pricing) => {
  const type = text(pricing, 'instance_type');
  const kind = text(pricing, 'root_block_device.volume_type');
  const detailed = evaluate(pricing.graph, pricing.resource, 'monitoring') === true ? DETAILED_METRICS : 0;
  return [
    charge(pricing, 'server', `${type} on demand`, `instance.${type}`, 1),
    charge(
      pricing,
      'server',
      `root volume ${kind}, GB`,
      `ebs.${kind}`,
      number(pricing, 'root_block_device.volume_size'),
    ),
    ...(detailed > 0 ? [charge(pricing, 'server', 'metrics of every minute', 'metric', detailed)] : []),
  ];
};

/** A volume of its own. */
export const volume: Rule = (pricing) => {
  const kind = text(pricing, 'type');
  return [charge(pricing, 'server', `data volume ${kind}, GB`, `ebs.${kind}`, number(pricing, 'size'))];
};

function spot(onDemand: Price, share: Price): Price {
  return { ...onDemand, usd: onDemand.usd * share.usd, source: undefined, estimate: share.estimate };
}

export const database: Rule = (pricing) => {
  const { graph, resource } = pricing;
  const multiAz = evaluate(graph, resource, 'multi_az') === true;
  const source = sourceOf(pricing);
  const gigabytes = number({ ...pricing, resource: source ?? resource }, 'allocated_storage');
  const type = text(pricing, 'instance_class');
  const storage = text(pricing, 'storage_type');
  const kind = multiAz ? '-multi-az' : '';
  const role = source ? 'read replica' : multiAz ? 'primary and standby' : 'primary';
  const iops = number(pricing, 'iops', 0) - baselineIops(gigabytes);
  return [
    charge(pricing, 'database', `${type}, ${role}`, `db${kind}.${type}`, 1),
    charge(pricing, 'database', `${storage} storage, ${role}, GB`, `db-storage${kind}.${storage}`, gigabytes),
    ...(iops > 0
      ? [charge(pricing, 'database', `${storage} IOPS, ${role}`, `db-iops${kind}.${storage}`, iops)]
      : []),
  ];
};

/** The instance that a replica follows; it has the same storage. */
export function sourceOf({ graph, resource }: Located): Resource | undefined {
  const source = evaluate(graph, resource, 'replicate_source_db');
  if (source === undefined) return undefined;
  const found =
    resourceWith(graph, 'aws_db_instance', 'identifier', source, resource) ??
    resourceWith(graph, 'aws_db_instance', 'arn', source, resource);
  if (found) return found;
  throw new Error(
    `${resource.globalAddress}: replicate_source_db is ${JSON.stringify(source)}, no instance of these stacks`,
  );
}

export const cache: Rule = (pricing) => {
  const type = text(pricing, 'node_type');
  const engine = text(pricing, 'engine');
  if (engine !== 'valkey')
    throw new Error(
      `${pricing.resource.globalAddress}: engine is ${engine}; the list prices nodes of valkey alone`,
    );
  return [charge(pricing, 'cache', type, `cache.${type}`, number(pricing, 'num_cache_clusters'))];
};
