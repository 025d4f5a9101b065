import { evaluate } from '../evaluate';
import { resourceWith } from '../identifiers';
import { asList } from '../json';
import { resourcesOfType } from '../lookup';
import { canConnect, canConnectFromInternet } from '../reachability';
import { securityGroupsOf } from '../security-groups';
import type { Finding, Fleet, Graph, Resource } from '../types';
import { portOf } from './check-connections';

/** Whether a fleet that listens is fronted by a target group on its port, and the balancer can reach it. */
export function checkBalancing(graph: Graph, fleet: Fleet, routes?: readonly string[]): Finding[] {
  const port = portOf(fleet, 'PORT');
  if (port === undefined)
    return fleet.targetGroups.map((group) =>
      fault(
        group,
        `it fronts ${fleet.group.globalAddress}, whose environment sets no PORT to listen on`,
        'set PORT in the environment of the fleet, or take the target group away',
      ),
    );
  if (fleet.targetGroups.length === 0)
    return [
      fault(
        fleet.group,
        `its instances listen on port ${port}, but no target group fronts them`,
        'name a target group in target_group_arns',
      ),
    ];
  return fleet.targetGroups.flatMap((group) => [
    ...checkTargetGroup(graph, fleet, group, port, routes),
    ...balancersOf(graph, group).flatMap((balancer) => reaches(graph, fleet, balancer, port)),
    ...(balancersOf(graph, group).length > 0
      ? []
      : [
          fault(
            group,
            'no listener forwards to it, so that its targets get no request',
            'forward to it from an aws_lb_listener or an aws_lb_listener_rule',
          ),
        ]),
  ]);
}

function checkTargetGroup(
  graph: Graph,
  fleet: Fleet,
  group: Resource,
  port: number,
  routes: readonly string[] | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const own = evaluate(graph, group, 'port');
  if (Number(own) !== port)
    findings.push(
      fault(
        group,
        `its port is ${String(own)}, but the instances of ${fleet.group.globalAddress} listen on ${port} (PORT)`,
        `set port to ${port}, or PORT to ${String(own)}`,
      ),
    );
  const checked = evaluate(graph, group, 'health_check.port') ?? 'traffic-port';
  if (checked !== 'traffic-port' && Number(checked) !== port)
    findings.push(
      fault(
        group,
        `its health check goes to port ${String(checked)}, where nothing of ${fleet.group.globalAddress} listens`,
        `set health_check.port to traffic-port`,
      ),
    );
  const path = String(evaluate(graph, group, 'health_check.path') ?? '/');
  if (routes && !routes.includes(path))
    findings.push({
      ...fault(
        group,
        `its health check asks for ${path}, which is not among the routes ${routes.join(', ')}`,
        'set health_check.path to a route that answers without dependencies',
      ),
      severity: 'warning',
    });
  return findings;
}

function reaches(graph: Graph, fleet: Fleet, balancer: Resource, port: number): Finding[] {
  const decision = canConnect(graph, securityGroupsOf(graph, balancer), fleet.securityGroups, port);
  if (decision.allowed) return [];
  const message = `it cannot reach ${fleet.group.globalAddress} on port ${port}: ${decision.missing ?? ''}`;
  return [fault(balancer, message, decision.missing ?? '')];
}

/** The balancers whose listeners or rules forward to a target group, each once. */
export function balancersOf(graph: Graph, targetGroup: Resource): Resource[] {
  const listeners = resourcesOfType(graph, 'aws_lb_listener');
  const rules = resourcesOfType(graph, 'aws_lb_listener_rule').filter((rule) =>
    forwards(graph, rule, 'action', targetGroup),
  );
  const forwarding = new Set([
    ...listeners.filter((listener) => forwards(graph, listener, 'default_action', targetGroup)),
    ...rules.flatMap(
      (rule) =>
        resourceWith(graph, 'aws_lb_listener', 'arn', evaluate(graph, rule, 'listener_arn'), rule) ?? [],
    ),
  ]);
  const balancers = [...forwarding].flatMap((listener) => balancerOf(graph, listener) ?? []);
  return [...new Set(balancers)];
}

function forwards(graph: Graph, holder: Resource, argument: string, group: Resource): boolean {
  return asList(holder.arguments[argument]).some((_, index) => {
    const path = [argument, index];
    const arns = [
      evaluate(graph, holder, [...path, 'target_group_arn']),
      ...asList(evaluate(graph, holder, [...path, 'forward', 'target_group'])).map((_each, position) =>
        evaluate(graph, holder, [...path, 'forward', 'target_group', position, 'arn']),
      ),
    ];
    return arns.some((arn) => resourceWith(graph, 'aws_lb_target_group', 'arn', arn, holder) === group);
  });
}

function balancerOf(graph: Graph, listener: Resource): Resource | undefined {
  return resourceWith(graph, 'aws_lb', 'arn', evaluate(graph, listener, 'load_balancer_arn'), listener);
}

/** Whether every listener of an internet-facing balancer is open to the internet, and one of them serves HTTPS on 443. */
export function checkListeners(graph: Graph): Finding[] {
  return resourcesOfType(graph, 'aws_lb')
    .filter((balancer) => evaluate(graph, balancer, 'internal') !== true)
    .flatMap((balancer) => {
      const listeners = resourcesOfType(graph, 'aws_lb_listener').filter(
        (listener) => balancerOf(graph, listener) === balancer,
      );
      const ports = listeners.map((listener) => Number(evaluate(graph, listener, 'port')));
      const closed = listeners.flatMap((listener) => openToInternet(graph, balancer, listener));
      if (ports.includes(443)) return closed;
      return [
        ...closed,
        fault(
          balancer,
          `it faces the internet, but listens on ${ports.join(', ') || 'no port'} and not on 443`,
          'add an aws_lb_listener for HTTPS on port 443',
        ),
      ];
    });
}

function openToInternet(graph: Graph, balancer: Resource, listener: Resource): Finding[] {
  const port = Number(evaluate(graph, listener, 'port'));
  const decision = canConnectFromInternet(graph, securityGroupsOf(graph, balancer), port);
  if (decision.allowed) return [];
  const message = `clients cannot reach its port ${port}: ${decision.missing ?? ''}`;
  return [fault(listener, message, decision.missing ?? '')];
}

function fault(resource: Resource, message: string, fix: string): Finding {
  return { severity: 'error', address: resource.globalAddress, message, fix };
}
