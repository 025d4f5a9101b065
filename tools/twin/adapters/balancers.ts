import { asList, resourcesOfType, resourceWith, serversOf, targetsOf, type Resource } from '../../topology';
import { assertFree } from '../address-plan';
import { Arguments, type TwinContext } from '../context';
import { Balancer } from '../haproxy/balancer';
import type { BalancerPlan, ListenerPlan, RulePlan, TargetGroupPlan } from '../haproxy/plan';
import { SITE_HOST, SITE_NAME, siteOrigin } from '../settings';
import { proxyPlan } from './server';
import { actionPlan, conditionPlans } from './listener-actions';

function targetGroupPlan(context: TwinContext, group: Resource): TargetGroupPlan {
  const given = new Arguments(context, group);
  const protocol = given.text('protocol');
  if (protocol !== 'HTTP')
    throw new Error(`${group.globalAddress} protocol: received ${protocol}; the twin's targets speak HTTP`);
  const algorithm = given.optionalText('load_balancing_algorithm_type') ?? 'round_robin';
  if (
    algorithm !== 'round_robin' &&
    algorithm !== 'least_outstanding_requests' &&
    algorithm !== 'weighted_random'
  ) {
    throw new Error(`${group.globalAddress} load_balancing_algorithm_type: received ${algorithm}`);
  }
  const port = given.optionalText('health_check.port') ?? 'traffic-port';
  const sticky = given.flag('stickiness.enabled');
  return {
    resource: group.globalAddress,
    name: group.name,
    port: given.number('port'),
    algorithm,
    // Defaults of the provider's page on aws_lb_target_group.
    deregistrationDelay: given.number('deregistration_delay', 300),
    stickySeconds: sticky ? given.number('stickiness.cookie_duration', 86_400) : undefined,
    healthCheck: {
      path: given.optionalText('health_check.path') ?? '/',
      port: port === 'traffic-port' ? port : Number(port),
      interval: given.number('health_check.interval', 30),
      timeout: given.number('health_check.timeout', 5),
      healthyThreshold: given.number('health_check.healthy_threshold', 3),
      unhealthyThreshold: given.number('health_check.unhealthy_threshold', 3),
      matcher: given.optionalText('health_check.matcher') ?? '200',
    },
  };
}

function listenerPlan(context: TwinContext, listener: Resource): ListenerPlan {
  const given = new Arguments(context, listener);
  const protocol = given.optionalText('protocol') ?? 'HTTP';
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    throw new Error(`${listener.globalAddress} protocol: received ${protocol}; allowed: HTTP, HTTPS`);
  }
  const rules = resourcesOfType(context.graph, 'aws_lb_listener_rule')
    .filter((rule) => targetsOf(context.graph, rule, 'listener_arn').includes(listener))
    .map((rule): RulePlan => {
      const of = new Arguments(context, rule);
      return {
        resource: rule.globalAddress,
        priority: of.number('priority'),
        conditions: conditionPlans(rule, of.value('condition')),
        action: actionPlan(context, rule, of.value('action')),
      };
    });
  return {
    resource: listener.globalAddress,
    port: given.number('port'),
    protocol,
    defaultAction: actionPlan(context, listener, given.value('default_action')),
    rules,
  };
}

/** Domain names of the certificates of a balancer's listeners. */
function certificateNames(context: TwinContext, listeners: readonly Resource[]): string[] {
  return listeners.flatMap((listener) => {
    const arn = new Arguments(context, listener).optionalText('certificate_arn');
    const certificate = arn && resourceWith(context.graph, 'aws_acm_certificate', 'arn', arn, listener);
    if (!certificate) return [];
    const given = new Arguments(context, certificate);
    return [given.text('domain_name'), ...asList(given.value('subject_alternative_names')).map(String)];
  });
}

export function balancerPlan(context: TwinContext, balancer: Resource): BalancerPlan {
  const given = new Arguments(context, balancer);
  const type = given.optionalText('load_balancer_type') ?? 'application';
  if (type !== 'application')
    throw new Error(`${balancer.globalAddress} load_balancer_type: received ${type}; allowed: application`);
  const listeners = resourcesOfType(context.graph, 'aws_lb_listener').filter((listener) =>
    targetsOf(context.graph, listener, 'load_balancer_arn').includes(balancer),
  );
  const plans = listeners.map((listener) => listenerPlan(context, listener));
  const used = new Set(
    plans
      .flatMap((listener) => [listener.defaultAction, ...listener.rules.map((rule) => rule.action)])
      .flatMap((action) => (action.kind === 'forward' ? action.targets.map(({ group }) => group) : [])),
  );
  return {
    resource: balancer.globalAddress,
    name: given.text('name'),
    idleTimeout: given.number('idle_timeout', 60),
    listeners: plans,
    targetGroups: resourcesOfType(context.graph, 'aws_lb_target_group')
      .filter((group) => used.has(group.name))
      .map((group) => targetGroupPlan(context, group)),
    certificateNames: certificateNames(context, listeners),
  };
}

/** The load balancers of the plan. */
export class Balancers {
  readonly plans: readonly BalancerPlan[];
  private balancers: readonly Balancer[] = [];

  constructor(private readonly context: TwinContext) {
    this.plans = [
      ...resourcesOfType(context.graph, 'aws_lb').map((balancer) => balancerPlan(context, balancer)),
      ...serversOf(context.graph).map(proxyPlan),
    ];
    for (const balancer of resourcesOfType(context.graph, 'aws_lb')) {
      context.book.set(balancer, { dns_name: SITE_NAME });
    }
  }

  async start(): Promise<void> {
    const { supervisor, events, authority, settings } = this.context;
    this.balancers = this.plans.map((plan) => {
      const names = [SITE_NAME, SITE_HOST, ...plan.certificateNames];
      const certificate = authority.issue(plan.name, names);
      return new Balancer(supervisor, events, plan, {
        portOffset: settings.portOffset,
        host: SITE_HOST,
        tlsBundle: certificate.bundle,
      });
    });
    for (const listener of this.plans.flatMap((plan) => plan.listeners)) {
      const address = { host: SITE_HOST, port: listener.port + settings.portOffset };
      await assertFree(
        address,
        listener.resource,
        'end what listens there, or start with another --port-offset',
      );
    }
    await Promise.all(this.balancers.map((balancer) => balancer.start()));
  }

  /** The balancer that serves a target group, and its plan. */
  serving(group: Resource): { balancer: Balancer; plan: TargetGroupPlan } | undefined {
    for (const balancer of this.balancers) {
      const plan = balancer.plan.targetGroups.find((candidate) => candidate.resource === group.globalAddress);
      if (plan) return { balancer, plan };
    }
    return undefined;
  }

  get running(): readonly Balancer[] {
    return this.balancers;
  }

  get site(): string {
    return siteOrigin(this.context.settings);
  }

  async stop(): Promise<void> {
    await Promise.all(this.balancers.map((balancer) => balancer.stop()));
  }
}
