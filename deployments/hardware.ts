import { list, matching } from './rules';

const LARGE = '(large|([2-9]|[1-9]\\d)?xlarge)';
/** Generations that run on the Nitro System: from the fifth on. */
const NITRO = '([5-9]|1\\d)[a-z]*';

/**
 * Families that the roles here need: burstable for what is small, compute, general purpose and memory for the rest, in
 * the generations of the Nitro System (Amazon EC2 User Guide, "Instances built on the AWS Nitro System").
 */
const INSTANCE_TYPE = new RegExp(
  `^((t3a?|t4g)\\.(nano|micro|small|medium|large|2?xlarge)|[cmr]${NITRO}(-flex)?\\.(medium|${LARGE}))$`,
);

/** Amazon RDS User Guide, "DB instance class types": burstable, general purpose and memory optimized ones. */
const DATABASE_CLASS = new RegExp(
  `^db\\.((t3|t4g)\\.(micro|small|medium|large|2?xlarge)|[mr]${NITRO}\\.${LARGE})$`,
);

/**
 * Amazon ElastiCache User Guide, "Supported node types": no new cluster takes nodes of t2, and those of r6gd need data
 * tiering, which a cache without shards has no use for.
 */
const CACHE_NODE = new RegExp(
  `^cache\\.((t3|t4g)\\.(micro|small|medium)|(m5|m6g|m7g|r5|r6g|r7g|c7gn)\\.${LARGE})$`,
);

export const instanceTypes = list(
  matching(
    INSTANCE_TYPE,
    'an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on',
    "write for instance 'c7g.large'",
  ),
  { from: 1, to: 10, what: 'instance types', example: "['c7g.large']" },
);

export const databaseClass = matching(
  DATABASE_CLASS,
  'an RDS instance class of the families t3, t4g, or m, r from generation 5 on',
  "write for instance 'db.m7g.large'",
);

export const cacheNode = matching(
  CACHE_NODE,
  'an ElastiCache node type of the families t3, t4g, m5, m6g, m7g, r5, r6g, r7g or c7gn',
  "write for instance 'cache.m7g.large'",
);

/** Graviton families carry a `g` behind the generation: c7g, m7gd, t4g, r8g (Amazon EC2 User Guide, "Instance type names"). */
export function architectureOf(instanceType: string): 'arm64' | 'x86_64' {
  return /^[a-z]+\d+g[a-z]*\./.test(instanceType) ? 'arm64' : 'x86_64';
}

/** Every architecture among the types; more than one cannot share an image. */
export function architectures(types: readonly string[]): string[] {
  return [...new Set(types.map(architectureOf))];
}
