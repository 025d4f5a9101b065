import { asList, isObject, resourceWith, type Json, type JsonObject, type Resource } from '../../topology';
import type { TwinContext } from '../context';
import type { ActionPlan, ConditionPlan } from '../haproxy/plan';

function texts(value: Json | undefined): string[] {
  return asList(value).map(String);
}

function first(value: Json | undefined): JsonObject | undefined {
  return asList(value).find(isObject);
}

function groupName(context: TwinContext, holder: Resource, arn: Json | undefined): string {
  const group = resourceWith(context.graph, 'aws_lb_target_group', 'arn', arn, holder);
  if (!group)
    throw new Error(
      `${holder.globalAddress}: it forwards to ${JSON.stringify(arn ?? null)}, which is no target group here`,
    );
  return group.name;
}

/** The action of a listener or a rule (evaluated `default_action` or `action`). */
export function actionPlan(context: TwinContext, holder: Resource, actions: Json | undefined): ActionPlan {
  const list = asList(actions).filter(isObject);
  const action = list.at(-1);
  const type = action?.['type'];
  if (list.length > 1) {
    context.differences.push(
      `${holder.globalAddress}: only its last action (${String(type)}) acts here; sign-in has no stand-in`,
    );
  }
  if (type === 'forward') {
    const weighted = first(action?.['forward']);
    const groups = weighted ? asList(weighted['target_group']).filter(isObject) : [];
    if (groups.length === 0) {
      return {
        kind: 'forward',
        targets: [{ group: groupName(context, holder, action?.['target_group_arn']), weight: 1 }],
      };
    }
    return {
      kind: 'forward',
      targets: groups.map((group) => ({
        group: groupName(context, holder, group['arn']),
        weight: Number(group['weight'] ?? 1),
      })),
    };
  }
  if (type === 'redirect') {
    const redirect = first(action?.['redirect']) ?? {};
    return {
      kind: 'redirect',
      code: redirect['status_code'] === 'HTTP_302' ? 302 : 301,
      protocol: String(redirect['protocol'] ?? '#{protocol}'),
      host: String(redirect['host'] ?? '#{host}'),
      port: String(redirect['port'] ?? '#{port}'),
      path: String(redirect['path'] ?? '/#{path}'),
      query: String(redirect['query'] ?? '#{query}'),
    };
  }
  if (type === 'fixed-response') {
    const response = first(action?.['fixed_response']) ?? {};
    return {
      kind: 'fixed-response',
      code: Number(response['status_code'] ?? 200),
      contentType: String(response['content_type'] ?? 'text/plain'),
      body: String(response['message_body'] ?? ''),
    };
  }
  throw new Error(
    `${holder.globalAddress}: received an action of type ${String(type)}; here forward, redirect and fixed-response act`,
  );
}

/** Conditions of a rule; all of them have to hold. */
export function conditionPlans(holder: Resource, conditions: Json | undefined): ConditionPlan[] {
  return asList(conditions)
    .filter(isObject)
    .flatMap((condition): ConditionPlan[] => {
      const values = (name: string): string[] => texts(first(condition[name])?.['values']);
      const header = first(condition['http_header']);
      const plans: ConditionPlan[] = [];
      if (condition['path_pattern']) plans.push({ kind: 'path', values: values('path_pattern') });
      if (condition['host_header']) plans.push({ kind: 'host', values: values('host_header') });
      if (condition['http_request_method'])
        plans.push({ kind: 'method', values: values('http_request_method') });
      if (condition['source_ip']) plans.push({ kind: 'source-ip', values: values('source_ip') });
      if (header)
        plans.push({
          kind: 'header',
          header: String(header['http_header_name']),
          values: texts(header['values']),
        });
      if (condition['query_string']) {
        const pairs = asList(condition['query_string']).filter(isObject);
        plans.push({
          kind: 'query',
          pairs: pairs.map((pair) => ({
            key: pair['key'] === undefined ? undefined : String(pair['key']),
            value: String(pair['value']),
          })),
        });
      }
      if (plans.length === 0)
        throw new Error(
          `${holder.globalAddress}: a condition of no known kind: ${JSON.stringify(condition)}`,
        );
      return plans;
    });
}
