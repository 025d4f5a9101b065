import { Wafv2WebAcl, type Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import { WebAclLogs } from './logs';
import { planRules, RATE_WINDOW, type PlannedRule } from './rules';

/** AWS WAF API Reference, "RateBasedStatement": requests in the window. */
const RATE = { fewest: 10, most: 2_000_000_000, default: 6_000 } as const;

export interface WebAclProps {
  /** What is guarded, such as `load-balancer`; part of the names. */
  readonly component: string;
  /** A balancer of the stack's region, or a distribution of CloudFront, whose web ACLs live in us-east-1. */
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  /** Under which the log is kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the log is kept. */
  readonly logDays: number;
  /**
   * Requests from one address in five minutes after which it is blocked, 10 to 2,000,000,000. Default: 6,000, so 20 a
   * second: a household or an office behind one address stays below it.
   */
  readonly requestsPerAddress?: number;
}

/** What is refused before it reaches anything of ours: known attacks, known attackers, and floods from one address. */
export class WebAcl extends Construct {
  readonly arn: string;
  /** What CloudWatch knows the web ACL by. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { requestsPerAddress = RATE.default } = props;
    this.refuse(props, requestsPerAddress);
    this.name = Names.of(this).regional('webAcl', props.component);
    const acl = new Wafv2WebAcl(this, 'acl', {
      name: this.name,
      description: `Guards: ${props.component}`,
      tags: { Component: props.component },
      scope: props.scope,
      defaultAction: { allow: {} },
      rule: planRules(requestsPerAddress).map(declare),
      visibilityConfig: visible(this.name),
    });
    this.arn = acl.arn;
    new WebAclLogs(this, 'logs', {
      aclArn: acl.arn,
      aclName: this.name,
      days: props.logDays,
      encryptionKey: props.encryptionKey,
    });
  }

  /** Puts the web ACL before a balancer; a distribution names it itself. */
  guard(loadBalancer: { readonly arn: string }): void {
    new Wafv2WebAclAssociation(this, 'association', {
      resourceArn: loadBalancer.arn,
      webAclArn: this.arn,
    });
  }

  private refuse({ scope }: WebAclProps, requestsPerAddress: number): void {
    const { region } = placeOf(this);
    if (scope === 'CLOUDFRONT' && region !== 'us-east-1') {
      throw new ConfigurationError([
        {
          where: this.node.path,
          received: region,
          allowed: "a stack in us-east-1, where CloudFront's web ACLs live",
          fix: 'declare it in the edge stack',
        },
      ]);
    }
    const { fewest, most } = RATE;
    if (Number.isInteger(requestsPerAddress) && requestsPerAddress >= fewest && requestsPerAddress <= most) {
      return;
    }
    throw new ConfigurationError([
      {
        where: `${this.node.path}.requestsPerAddress`,
        received: requestsPerAddress,
        allowed: `${fewest} to ${most} requests in ${RATE_WINDOW} seconds`,
        fix: `leave it out for ${RATE.default}`,
      },
    ]);
  }
}

/** The bindings do not type a statement, which can nest without end, and pass it on as it is: in Terraform's own names. */
function declare({ name, priority, statement }: PlannedRule): Wafv2WebAclRule {
  const common = { name, priority, visibilityConfig: visible(name) };
  if ('requests' in statement) {
    return {
      ...common,
      action: { block: {} },
      statement: {
        rate_based_statement: {
          aggregate_key_type: 'IP',
          evaluation_window_sec: RATE_WINDOW,
          limit: statement.requests,
        },
      },
    };
  }
  return {
    ...common,
    // The group's own actions hold.
    overrideAction: { none: {} },
    statement: {
      managed_rule_group_statement: {
        vendor_name: 'AWS',
        name: statement.group,
        ...(statement.counted.length > 0
          ? {
              rule_action_override: statement.counted.map((rule) => ({
                name: rule,
                action_to_use: { count: {} },
              })),
            }
          : {}),
      },
    },
  };
}

function visible(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
