import production from '../../deployments/production/us-east-1';
import type { JsonObject } from '../../tools/topology';
import { ireland } from '../deployments/support';
import { linked, synthesizeDocuments, type Documents, type Rule } from './plan';

/** Breaks a sound plan in one place at a time, as a careless change of a module would. */

/** Two regions of production, all tiers on. */
export const sound = synthesizeDocuments({
  environment: 'production',
  regions: [production, ireland],
  chosen: ['us-east-1', 'eu-west-1'],
});

/** A change of parsed stacks. */
export type Break = (documents: Documents) => void;

function block(documents: Documents, path: string): object {
  return path.split('/').reduce<object>((value, key) => {
    const inner: unknown = Reflect.get(value, key);
    if (typeof inner !== 'object' || inner === null) throw new Error(`${path}: there is no ${key}`);
    return inner;
  }, documents);
}

/** `stack: type.name`, or with `/` the path of a block within it. */
function resourcePath(address: string): string {
  const [, stack, type, rest] = /^(.+?):(\w+)\.(.+)$/.exec(address)!;
  return `${stack}/resource/${type}/${rest}`;
}

export const set =
  (address: string, key: string, value: unknown): Break =>
  (documents) =>
    void Reflect.set(block(documents, resourcePath(address)), key, value);
export const drop =
  (address: string, key: string): Break =>
  (documents) => {
    const owner = block(documents, resourcePath(address));
    if (!Reflect.deleteProperty(owner, key) || !Object.keys(owner).length)
      throw new Error(`${address}: ${key}`);
  };
export const add =
  (address: string, body: JsonObject): Break =>
  (documents) => {
    const [, stack, type, name] = /^(.+?):(\w+)\.(.+)$/.exec(address)!;
    const resources = block(documents, `${stack}/resource`);
    Reflect.set(resources, type!, {
      ...(Reflect.get(resources, type!) as object | undefined),
      [name!]: body,
    });
  };
export const removeAll =
  (stack: string, type: string): Break =>
  (documents) => {
    if (!Reflect.get(block(documents, `${stack}/resource`), type)) throw new Error(`${stack}: no ${type}`);
    Reflect.deleteProperty(block(documents, `${stack}/resource`), type);
  };
export const setOutput =
  (stack: string, name: string, value: unknown): Break =>
  (documents) =>
    void Reflect.set(block(documents, `${stack}/output/${name}`), 'value', value);

export function findIn(rule: Rule, ...breaks: readonly Break[]): string[] {
  const documents = structuredClone(sound);
  for (const change of breaks) change(documents);
  return rule.find(linked(documents)).map(({ address, message }) => `${address}: ${message}`);
}

/** A plan that was broken by hand: what it is, the message that finds it, and how it is broken. */
export type Case = readonly [rule: Rule, what: string, found: string, ...breaks: Break[]];

/** The stacks of the first region. */
export const HOME = 'production-us-east-1';
export const WEB_GROUP = 'aws_security_group.web_security_group';
export const subnet = `${HOME}-network:aws_subnet.network_app_us_east_1b`;
export const ingress = `${HOME}-app:aws_vpc_security_group_ingress_rule.load_balancer_from_internet_443`;
export const bucket = `${HOME}-data:aws_s3_bucket.assets_bucket`;
export const database = `${HOME}-data:aws_db_instance.shard_00_a`;
export const replica = `${HOME}-data:aws_db_instance.shard_00_b`;
export const cache = `${HOME}-data:aws_elasticache_replication_group.cache_a`;
export const table = 'production-global:aws_dynamodb_table.shared_state_table';
export const queue = `${HOME}-app:aws_sqs_queue.jobs_queue`;
export const deadLetter = `${HOME}-app:aws_sqs_queue.jobs_dead_letter`;
export const template = `${HOME}-app:aws_launch_template.web_launch_template`;
export const hosts = `${HOME}-observability:aws_cloudwatch_metric_alarm.alarms_too_few_healthy_hosts`;
export const everybody = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }],
});
