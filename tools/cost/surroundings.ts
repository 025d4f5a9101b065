import { asList, evaluate, isObject } from '../topology';
import { charge, HOURS, number, text, type Rule } from './charge';

const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

export const balancer: Rule = (pricing) => {
  const { graph, resource } = pricing;
  const zones = count(evaluate(graph, resource, 'subnets'));
  const open = evaluate(graph, resource, 'internal') !== true;
  return [
    charge(pricing, 'load balancer', 'load balancer', 'alb.hour', 1),
    // A balancer for the internet has one address in each zone (Elastic Load Balancing user guide, "Application Load Balancers").
    ...(open ? [charge(pricing, 'load balancer', 'public IPv4 addresses', 'ipv4.hour', zones)] : []),
  ];
};

export const nat: Rule = (pricing) => [charge(pricing, 'network', 'NAT gateways', 'nat.hour', 1)];
export const address: Rule = (pricing) => [
  charge(pricing, 'network', 'public IPv4 addresses', 'ipv4.hour', 1),
];

export const endpoint: Rule = (pricing) => {
  if (text(pricing, 'vpc_endpoint_type') === 'Gateway') return [];
  const zones = count(evaluate(pricing.graph, pricing.resource, 'subnet_ids'));
  return [charge(pricing, 'network', 'interface endpoints, one a zone', 'endpoint.hour', zones)];
};

export const zone: Rule = (pricing) => [charge(pricing, 'edge', 'hosted zone', 'zone', 1)];

/** The endpoints checked are a distribution and balancers, which Route 53 prices as AWS endpoints. */
export const healthCheck: Rule = (pricing) => {
  const { graph, resource } = pricing;
  const options = [
    text(pricing, 'type').startsWith('HTTPS'),
    evaluate(graph, resource, 'request_interval') === 10,
    evaluate(graph, resource, 'search_string') !== undefined,
    evaluate(graph, resource, 'measure_latency') === true,
  ].filter(Boolean).length;
  return [
    charge(pricing, 'edge', 'health checks', 'health-check.aws', 1),
    charge(pricing, 'edge', 'HTTPS, short intervals of health checks', 'health-check.aws.option', options),
  ];
};

export const webAcl: Rule = (pricing) => {
  const tier = text(pricing, 'scope') === 'CLOUDFRONT' ? 'edge' : 'load balancer';
  const rules = asList(evaluate(pricing.graph, pricing.resource, 'rule')).length;
  return [
    charge(pricing, tier, 'web ACL', 'waf.acl', 1),
    charge(pricing, tier, 'rules of the web ACL', 'waf.rule', rules),
  ];
};

export const key: Rule = (pricing) => [charge(pricing, 'keys and secrets', 'encryption keys', 'kms.key', 1)];
export const secret: Rule = (pricing) => [charge(pricing, 'keys and secrets', 'secrets', 'secret', 1)];
export const dashboard: Rule = (pricing) => [charge(pricing, 'watching', 'dashboards', 'dashboard', 1)];
export const composite: Rule = (pricing) => [
  charge(pricing, 'watching', 'composite alarms', 'alarm.composite', 1),
];

/** Cache hit rate, origin latency and six kinds of errors (Amazon CloudFront Developer Guide, "Viewing CloudFront and edge function metrics"). */
const CDN_METRICS = 8;
export const cdnMetrics: Rule = (pricing) => [
  charge(pricing, 'watching', 'additional metrics of the CDN', 'metric', CDN_METRICS),
];

/** An alarm is priced by the metrics in it; one below a minute has a price of its own. */
export const alarm: Rule = (pricing) => {
  const { graph, resource } = pricing;
  const metrics = asList(evaluate(graph, resource, 'metric_query') ?? []).filter(
    (query) => isObject(query) && query.metric !== undefined,
  );
  const period = number(pricing, 'period', 60);
  return [
    charge(
      pricing,
      'watching',
      'alarms, for each metric in them',
      period < 60 ? 'alarm.metric.high-resolution' : 'alarm.metric',
      Math.max(1, metrics.length),
    ),
  ];
};

const MINUTES = { minute: 1, minutes: 1, hour: 60, hours: 60 };

export const canary: Rule = (pricing) => {
  const schedule = text(pricing, 'schedule.expression');
  const rate = /^rate\((\d+) (minutes?|hours?)\)$/.exec(schedule);
  if (!rate)
    throw new Error(
      `${pricing.resource.globalAddress}: schedule is ${schedule}; the runs of a month are known for rate(...) alone`,
    );
  const every = Number(rate[1]) * MINUTES[rate[2] as keyof typeof MINUTES];
  return [charge(pricing, 'watching', 'runs of canaries', 'canary.run', (HOURS * 60) / every)];
};
