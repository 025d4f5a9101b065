import { at, managed, violation, type Rule } from './plan';

/** What is dead leaves the answers within 30 s of its failure and 60 s of the answer's life. */
const CHECK = { request_interval: 10, failure_threshold: 3 } as const;
const LONGEST_TTL = 60;

const POLICIES = ['latency_routing_policy', 'failover_routing_policy', 'geolocation_routing_policy'];

export const ANSWERS: Rule = {
  name: 'DNS answers live for a minute at the most, and one that has an alternative knows whether it works',
  find: (graph) => [
    ...managed(graph, 'aws_route53_record').flatMap((record) => {
      const ttl = at(record, 'ttl');
      const chosen = POLICIES.some((policy) => at(record, policy) !== undefined);
      const watched =
        at(record, 'health_check_id') !== undefined || at(record, 'alias.evaluate_target_health') === true;
      return [
        ...(ttl !== undefined && Number(ttl) > LONGEST_TTL
          ? [violation(record, `is kept for ${String(ttl)} s`)]
          : []),
        ...(chosen && !watched ? [violation(record, 'is answered whether it works or not')] : []),
      ];
    }),
    ...managed(graph, 'aws_route53_health_check')
      .filter((check) => Object.entries(CHECK).some(([setting, value]) => at(check, setting) !== value))
      .map((check) => violation(check, 'is not asked every 10 s, three times')),
  ],
};
