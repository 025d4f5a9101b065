/** A rule as AWS WAF takes it. Priorities are evaluated upwards; the first that blocks ends a request. */
export interface PlannedRule {
  readonly name: string;
  readonly priority: number;
  /** What AWS keeps up to date, or a limit of requests from one address in `RATE_WINDOW` seconds. */
  readonly statement: ManagedGroup | { readonly requests: number };
}

export interface ManagedGroup {
  readonly group: string;
  /** Rules of the group that count and do not block. */
  readonly counted: readonly string[];
}

/** Seconds: the longest window that WAF offers beside ten minutes, and the one that its documentation calls default. */
export const RATE_WINDOW = 300;

/**
 * Rules of the common group that guess from a body what its author is up to. Users write posts and passwords in their own
 * words, and one that quotes a script or a path would never get through; bodies are JSON held to a schema, values reach the
 * database as parameters, and the page shows text as text. Bodies over 8 KB stay blocked: the API's largest has about 6 KB
 * (1,000 characters, each escaped), pictures go to the bucket and not through here.
 */
const GUESSES_FROM_BODIES = [
  'CrossSiteScripting_BODY',
  'EC2MetaDataSSRF_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
];

/**
 * Addresses of anonymizers and of hosting companies: counted, which marks them in the log. People use the first for good
 * reasons; CloudFront's own requests and Route 53's health checks come from the second.
 */
const ANONYMOUS = ['AnonymousIPList', 'HostingProviderIPList'];

/**
 * AWS WAF Developer Guide, "AWS Managed Rules rule groups list". In all 977 of the 1,500 capacity units that the price of a
 * web ACL covers: 25, 2, 50, 200 (Log4j among them) and 700.
 */
export function planRules(requestsPerAddress: number): readonly PlannedRule[] {
  return [
    managed('ip-reputation', 0, 'AWSManagedRulesAmazonIpReputationList'),
    { name: 'rate', priority: 10, statement: { requests: requestsPerAddress } },
    managed('anonymous', 15, 'AWSManagedRulesAnonymousIpList', ANONYMOUS),
    managed('known-bad-inputs', 20, 'AWSManagedRulesKnownBadInputsRuleSet'),
    managed('common', 30, 'AWSManagedRulesCommonRuleSet', GUESSES_FROM_BODIES),
  ];
}

function managed(
  name: string,
  priority: number,
  group: string,
  counted: readonly string[] = [],
): PlannedRule {
  return { name, priority, statement: { group, counted } };
}
