import { z } from 'zod';
import { expect, matching } from './rules';

/** Names of the people, the places and the time zones that a deployment speaks of. */

/** Part of every name: short, so that what is cut at a limit stays readable. */
export function shortName(example: string): z.ZodString {
  return matching(
    /^[a-z][a-z0-9]{1,11}$/,
    '2 to 12 characters a-z and 0-9, a letter first',
    `write for instance '${example}'`,
  );
}

/**
 * Beginnings that a service keeps for itself: parameters (AWS Systems Manager API Reference, "PutParameter"), security
 * groups (Amazon EC2 API Reference, "CreateSecurityGroup"), load balancers (Elastic Load Balancing API Reference,
 * "CreateLoadBalancer") and buckets (Amazon S3 User Guide, "General purpose bucket naming rules").
 */
const RESERVED_PROJECT = /^((aws|ssm)[a-z0-9]{0,9}|sg|internal|sthree)$/;

export const projectName = shortName('tiers').refine(
  (value) => !RESERVED_PROJECT.test(value),
  expect(
    "a name that AWS does not keep for itself: not 'sg', 'internal' or 'sthree', and none that begins with 'aws' or 'ssm'",
    "write for instance 'tiers'",
  ),
);

/** The same document of S3: endings and beginnings of other things than buckets, and names that look like addresses. */
const RESERVED_BUCKET =
  /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|\.\.|^\d+\.\d+\.\d+\.\d+$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const stateBucket = matching(
  BUCKET,
  'the name of a bucket: 3 to 63 characters a-z, 0-9, dots and hyphens',
  "write for instance 'acme-states'",
).refine(
  (value) => !BUCKET.test(value) || !RESERVED_BUCKET.test(value),
  expect('a name that S3 does not keep for itself', "write for instance 'acme-states'"),
);

/** Whole accounts and patterns are left out on purpose: each that may deploy is named. */
export const principal = matching(
  /^arn:aws:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/,
  'the ARN of an IAM role or user',
  "write for instance 'arn:aws:iam::444455556666:role/pipeline'",
);

/** RFC 5321 leaves 254 characters for an address. */
const ADDRESS = expect(
  'an e-mail address of up to 254 characters',
  "write for instance 'oncall@example.com'",
);
export const emailAddress = z.email(ADDRESS).max(254, ADDRESS);

/** AWS Certificate Manager API Reference, "RequestCertificate": the first name of a certificate has up to 64 characters. */
export const domain = matching(
  /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  'a domain name in lower case, of up to 64 characters',
  "write for instance 'tiers.example.com'",
);

/**
 * Regions of the partition `aws`: ARNs of the others, China and GovCloud among them, begin differently, and CloudFront
 * and Route 53 are not there or not the same.
 */
const REGION = '(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|(north|south)(east|west))-\\d';

export const region = matching(
  new RegExp(`^${REGION}$`),
  'an AWS region, those of China and GovCloud left out',
  "write for instance 'us-east-1'",
);

export const zone = matching(
  new RegExp(`^${REGION}[a-z]$`),
  'an availability zone',
  "write for instance 'us-east-1a'",
);

export const timeZone = z
  .string(expect('a time zone of the IANA database', "write for instance 'America/New_York'"))
  .refine(
    isTimeZone,
    expect('a time zone of the IANA database', "write for instance 'America/New_York' or 'Etc/UTC'"),
  );

function isTimeZone(text: string): boolean {
  if (!/^[A-Z]/.test(text) || !(text.includes('/') || text === 'UTC')) return false;
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    // The runtime takes any letter case, AWS takes one.
    return known === text || known.toLowerCase() !== text.toLowerCase();
  } catch {
    return false;
  }
}
