import { setPlace } from '../../lib/place';
import { WebAcl, type WebAclProps } from '../../modules/web-acl';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, only, synthesize, type Synthesized } from '../support/synth';

function build(props: Partial<WebAclProps> = {}): Synthesized {
  return synthesize((stack) =>
    new WebAcl(stack, 'web-acl', {
      component: 'load-balancer',
      scope: 'REGIONAL',
      encryptionKey: keyOf(stack),
      logDays: 365,
      ...props,
    }).guard({ arn: 'arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/web/1' }),
  );
}

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly statement: {
    readonly managed_rule_group_statement?: {
      readonly name: string;
      readonly rule_action_override?: readonly { readonly name: string; readonly action_to_use: object }[];
    };
    readonly rate_based_statement?: object;
  };
  readonly [argument: string]: unknown;
}

describe('WebAcl', () => {
  const synthesized = build();
  const acl = only(synthesized, 'aws_wafv2_web_acl');
  const rules = acl.rule as Rule[];

  test('declares exactly these resources', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 1,
      aws_wafv2_web_acl: 1,
      aws_wafv2_web_acl_association: 1,
      aws_wafv2_web_acl_logging_configuration: 1,
    });
  });

  test('lets through what no rule refuses, in an order without ties, every rule measured', () => {
    expect(acl).toMatchObject({ scope: 'REGIONAL', default_action: { allow: {} } });
    const priorities = rules.map(({ priority }) => priority);
    expect(priorities).toEqual([...new Set(priorities)].sort((one, other) => one - other));
    for (const visible of [acl, ...rules]) {
      expect(visible.visibility_config).toMatchObject({
        cloudwatch_metrics_enabled: true,
        sampled_requests_enabled: true,
      });
    }
  });

  test('knows bad addresses, bad inputs (Log4j among them) and common attacks, and blocks them', () => {
    const groups = rules.filter(({ statement }) => statement.managed_rule_group_statement);
    expect(groups.map(({ statement }) => statement.managed_rule_group_statement?.name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesAnonymousIpList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    for (const group of groups) expect(group.override_action).toEqual({ none: {} });
  });

  test('counts where a rule guesses from free text or from where somebody is; the limit of a body still blocks', () => {
    const overrides = rules.flatMap(
      ({ statement }) => statement.managed_rule_group_statement?.rule_action_override ?? [],
    );
    expect(overrides.map(({ name }) => name)).toEqual([
      'AnonymousIPList',
      'HostingProviderIPList',
      'CrossSiteScripting_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
    ]);
    for (const override of overrides) expect(override.action_to_use).toEqual({ count: {} });
  });

  test('one address has a limit in five minutes', () => {
    const rate = (props: Partial<WebAclProps>): unknown =>
      (only(build(props), 'aws_wafv2_web_acl').rule as Rule[]).find(({ name }) => name === 'rate');
    expect(rate({})).toMatchObject({
      action: { block: {} },
      statement: {
        rate_based_statement: { aggregate_key_type: 'IP', evaluation_window_sec: 300, limit: 6000 },
      },
    });
    expect(rate({ requestsPerAddress: 10 })).toMatchObject({
      statement: { rate_based_statement: { limit: 10 } },
    });
    for (const wrong of [9, 2_000_000_001, 10.5]) {
      expect(() => build({ requestsPerAddress: wrong })).toThrow('allowed: 10 to 2000000000 requests');
    }
  });

  test('what is refused or counted is logged without what proves who asks, under the key', () => {
    expect(only(synthesized, 'aws_cloudwatch_log_group')).toMatchObject({
      name: 'aws-waf-logs-tiers-test-load-balancer',
      retention_in_days: 365,
      kms_key_id: '${aws_kms_key.encryption_key.arn}',
    });
    const configuration = only(synthesized, 'aws_wafv2_web_acl_logging_configuration');
    expect(configuration.redacted_fields).toEqual([
      { single_header: { name: 'authorization' } },
      { single_header: { name: 'cookie' } },
    ]);
    expect(configuration.logging_filter).toMatchObject({ default_behavior: 'DROP' });
  });

  test('one for CloudFront is refused outside us-east-1', () => {
    expect(only(build({ scope: 'CLOUDFRONT' }), 'aws_wafv2_web_acl').scope).toBe('CLOUDFRONT');
    expect(() =>
      synthesize((stack) => {
        const place = { project: 'tiers', environment: 'test', region: 'eu-west-1', account: '111122223333' };
        setPlace(stack, place);
        const encryptionKey = keyOf(stack);
        new WebAcl(stack, 'web-acl', { component: 'cdn', scope: 'CLOUDFRONT', encryptionKey, logDays: 30 });
      }),
    ).toThrow('received "eu-west-1"; allowed: a stack in us-east-1');
  });
});
