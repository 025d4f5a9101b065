import { asList, evaluate, isObject, resourcesOfType, type Graph, type Json } from '../topology';
import { charge, type Charge } from './charge';
import type { PriceList } from './price-list';

/**
 * The custom metrics that alarms watch, each once: what the service and the machines report by themselves, without a
 * single user. Metrics that are on dashboards alone are not counted.
 */
export function customMetrics(graph: Graph, list: PriceList, chosen: (stack: string) => boolean): Charge[] {
  const seen = new Set<string>();
  const alarms = resourcesOfType(graph, 'aws_cloudwatch_metric_alarm').filter(({ stack }) => chosen(stack));
  return alarms.flatMap((resource) => {
    const queries = asList(evaluate(graph, resource, 'metric_query')).filter(isObject);
    const own: Json = {
      namespace: evaluate(graph, resource, 'namespace') ?? null,
      metric_name: evaluate(graph, resource, 'metric_name') ?? null,
      dimensions: evaluate(graph, resource, 'dimensions') ?? null,
    };
    const fresh = [own, ...queries.flatMap(({ metric }) => asList(metric))]
      .filter(isObject)
      .filter(({ namespace }) => typeof namespace === 'string' && !namespace.startsWith('AWS/'))
      .map(({ namespace, metric_name, dimensions }) =>
        nameOf(resource.stack, namespace, metric_name, dimensions),
      )
      .filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    const count = new Set(fresh).size;
    return count === 0
      ? []
      : [charge({ graph, list, resource }, 'watching', 'custom metrics that alarms watch', 'metric', count)];
  });
}

function nameOf(
  stack: string,
  namespace: Json | undefined,
  metric: Json | undefined,
  dimensions: Json | undefined,
): string {
  const sorted = isObject(dimensions)
    ? Object.entries(dimensions).sort(([one], [other]) => one.localeCompare(other))
    : [];
  return JSON.stringify([stack, namespace, metric, sorted]);
}
