import { z } from 'zod';
import { expect, group, list, matching, text, whole } from './rules';

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

export const instanceType = matching(
  INSTANCE_TYPE,
  'an EC2 instance type of the families t3, t4g, or c, m, r from generation 5 on',
  "write for instance 'c7g.large'",
);

export const instanceTypes = list(instanceType, {
  from: 1,
  to: 10,
  what: 'instance types',
  example: "['c7g.large']",
});

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

/** Why a role has its hardware. It is published with the stacks, and the table of costs shows it beside the servers. */
export const hardware = group({
  reason: text(20, 200, "'CPU: requests spend it on JSON and TLS'"),
  /** For a family that is not usual for the role, or for processors other than Graviton: the reason says why. */
  unusual: z.literal(true, expect('true, or no such key', 'write unusual: true, or leave it out')).optional(),
});

/** Gibibytes of the root volume of a fleet's instances; the image needs 20. */
export const rootVolume = whole(20, 1000, '30', 'the image has 20').optional();

/** Virtual processors and gibibytes of memory. */
export interface InstanceSize {
  readonly vcpus: number;
  readonly memory: number;
}

/** Gibibytes for each virtual processor, by the first letter of the family. */
const MEMORY_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };
const BURSTABLE_MEMORY: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/**
 * The size of an EC2 instance type that the schema takes. The rule was compared with the sizes that AWS gives for the 898 such
 * types of July 2026 (aws/karpenter-provider-aws, website/content/en/preview/reference/instance-types.md): c5n alone has
 * more memory than it says.
 */
export function sizeOf(instanceType: string): InstanceSize {
  const [family, size] = instanceType.split('.') as [string, string];
  const vcpus = size === 'medium' ? 1 : size === 'large' ? 2 : 4 * (Number.parseInt(size, 10) || 1);
  if (family.startsWith('t'))
    return { vcpus: size.endsWith('xlarge') ? vcpus : 2, memory: BURSTABLE_MEMORY[size]! };
  return { vcpus, memory: vcpus * (family.startsWith('c5n') ? 2.625 : MEMORY_PER_VCPU[family[0]!]!) };
}

/** What a family is made for, whatever service offers it: `db.r7g.large`, `cache.t4g.small`, `c7g.large`. */
export type Purpose = 'burstable' | 'compute' | 'general purpose' | 'memory';

const PURPOSES: Readonly<Record<string, Purpose>> = {
  t: 'burstable',
  c: 'compute',
  m: 'general purpose',
  r: 'memory',
};

export function purposeOf(type: string): Purpose {
  return PURPOSES[type.replace(/^(db|cache)\./, '')[0]!]!;
}

/** Whether a type of any service runs on Graviton. */
export function isGraviton(type: string): boolean {
  return architectureOf(type.replace(/^(db|cache)\./, '')) === 'arm64';
}
