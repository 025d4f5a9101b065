import { z } from 'zod';
import { parseBlock, PRIVATE_BLOCKS, contains } from '../lib/cidr';
import { chat } from './chat';
import { datacenter } from './datacenter';
import { errorTracking, metricsExport } from './elsewhere';
import { interRegion } from './inter-region';
import {
  domain,
  emailAddress,
  principal,
  projectName,
  region,
  shortName,
  stateBucket,
  timeZone,
  zone,
} from './names';
import { joinedAfter, writerKeys } from './writer';
import { expect, group, list, matching, optionalGroup, text, whole } from './rules';
import { dataTiers, machines, safeguard, turnedOff } from './tiers';

/**
 * What one deployment is, as plain data. Every rule's message says what is allowed and what to write instead;
 * `validate.ts` adds the key's path and the value received.
 */

const cidr = z.string(expect('an IPv4 block', 'write for instance "10.0.0.0/16"')).refine(
  (value) => {
    const block = parseBlock(value);
    return (
      !!block && block.prefix >= 16 && block.prefix <= 22 && PRIVATE_BLOCKS.some((b) => contains(b, block))
    );
  },
  expect(
    'a private IPv4 block (RFC 1918) of /16 to /22 without host bits',
    'write for instance "10.0.0.0/16"',
  ),
);

/** What all regions of one environment share. */
export const environmentSchema = z.strictObject({
  /** Name of the project; part of every name that must be unique in an account or in the world. */
  project: projectName,
  /** Name of the environment; part of every name. */
  environment: shortName('staging'),
  /** The only AWS account that the provider may touch: twelve digits. */
  account: matching(/^\d{12}$/, 'a string of 12 digits', "write for instance '111122223333'"),
  /** `www.<domain>` serves the page, `api.<domain>` the API. */
  domain,
  /** Region of the environment's global stack: the home of the tables that all regions share. */
  homeRegion: region,
  ...writerKeys,
  /** Id of an existing public hosted zone of the domain; without one the global stack creates it. */
  hostedZoneId: matching(
    /^Z[A-Z0-9]{5,31}$/,
    'the id of a Route 53 hosted zone',
    "write for instance 'Z0123456789ABC', or leave the key out for a new zone",
  ).optional(),
  /** What guards a zone that the global stack creates; leave it out for both. */
  dns: z
    .strictObject(
      {
        /** Answers are signed (DNSSEC). Turn it off only once the parent has no DS record any more: docs/dns.md. */
        signing: safeguard.optional(),
        /** A line for each question that a resolver asks. */
        queryLogs: safeguard.optional(),
      },
      expect('an object with the keys signing, queryLogs', 'leave the whole key out for both'),
    )
    .optional(),
  /**
   * Where Terraform keeps its states: files below `state/`; a bucket that exists already; or a bucket of the environment's own, with a
   * copy in another region, which its bootstrap stacks make beside the role that `deployers` take.
   */
  state: z.discriminatedUnion(
    'backend',
    [
      z.strictObject({ backend: z.literal('local') }),
      z.strictObject({
        backend: z.literal('s3'),
        bucket: stateBucket,
        region,
      }),
      z.strictObject({
        backend: z.literal('own'),
        region,
        replicaRegion: region,
        deployers: list(principal, {
          from: 1,
          to: 20,
          what: 'ARNs of IAM roles or users',
          example: "['arn:aws:iam::444455556666:role/pipeline']",
        }),
      }),
    ],
    expect(
      "{ backend: 'local' }, { backend: 's3', bucket, region } or { backend: 'own', region, replicaRegion, deployers }",
      "write { backend: 'local' }",
    ),
  ),
  /** Spending, in US dollars a month, that the budget warns about. */
  monthlyBudget: whole(1, 10_000_000, '500'),
  /** Who hears of alarms and of the budget. */
  contact: emailAddress,
  /**
   * A private way between the networks of the regions, by way of the home region. Default: none, as nothing of the service
   * needs one.
   */
  interRegion: interRegion.optional(),
  /**
   * The account's own defaults in each region (encrypted volumes, no public snapshots and images, metadata sessions). Turn
   * them off where something else of the account declares them. Default: on.
   */
  accountDefaults: safeguard.optional(),
  /** Chat channels that show alarms too, by their grade; docs/delivery.md says what is authorized by hand first. */
  chat,
  /** Removes nothing by accident: databases, tables and balancers refuse to be deleted. */
  deletionProtection: safeguard,
  /** Table of what all servers have to remember together, in the home region; leave it out for none. */
  sharedState: optionalGroup({
    capacity: z.literal(
      'on-demand',
      expect("'on-demand', the one mode that takes what comes", "write 'on-demand'"),
    ),
  }),
  /** Repository of the libraries that builds install from; leave it out for that of npm itself. */
  packages: optionalGroup({
    upstream: z.literal('npm', expect("'npm', which it fetches from", "write 'npm'")),
  }),
});

/** What one region runs. */
const regionShape = {
  region,
  /** Availability zones, in an order that never changes: the subnets follow it. */
  zones: list(zone, {
    from: 2,
    to: 4,
    what: 'availability zones',
    example: "['us-east-1a', 'us-east-1b', 'us-east-1c']",
  }),
  /** IPv4 block of the VPC; no two regions of an environment overlap. */
  cidr,
  joinedAfter,
  datacenter,
  /** Continent of the geolocation record. */
  continent: z.enum(
    ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'],
    expect('AF, AN, AS, EU, NA, OC or SA', "write 'NA'"),
  ),
  /** Another region that the database's backups are copied to, for the day on which this one is lost. */
  backupCopies: z.union(
    [
      z.strictObject({ region }),
      z.strictObject({ enabled: z.literal(false), reason: text(10, 300, "'throw-away environment'") }),
    ],
    expect('{ region } or { enabled: false, reason }', "write for instance { region: 'us-west-2' }"),
  ),
  /** Time zone of the users' day; scheduled capacity follows it. */
  timeZone,
  network: group({
    /** A NAT gateway in each zone, so that no zone depends on another. */
    natPerZone: safeguard,
    /** Endpoints of the AWS services that instances call, so that their traffic stays off NAT. */
    interfaceEndpoints: safeguard,
  }),
  /** Version of the service that the first image carries, `dist/service-<version>.tgz`. */
  serviceVersion: matching(/^\d+\.\d+\.\d+$/, 'a version of three numbers', "write for instance '0.1.0'"),
  ...machines,
  /** Local hours between which traffic is low, 0 to 23. */
  quietHours: group({ from: whole(0, 23, '2'), to: whole(0, 23, '7') }),
  /** New values for the database administrator's password and the key of the tokens, in the quiet hours. */
  secretRotation: z.discriminatedUnion(
    'enabled',
    [
      z.strictObject({
        enabled: z.literal(true),
        every: z.enum(
          ['week', 'month', 'quarter'],
          expect('week, month or quarter', "write for instance 'month'"),
        ),
      }),
      turnedOff,
    ],
    expect(
      '{ enabled: true, every }, or { enabled: false, reason }',
      "write { enabled: true, every: 'month' }",
    ),
  ),
  ...dataTiers,
  /** CDN in front of the page and the pictures; leave it out for none. */
  cdn: optionalGroup({
    priceClass: z.enum(
      ['PriceClass_100', 'PriceClass_200', 'PriceClass_All'],
      expect('PriceClass_100, PriceClass_200 or PriceClass_All', "write 'PriceClass_All'"),
    ),
  }),
  /** Dashboard, reports, archive of the logs and the look from outside; leave it out for alarms alone. */
  observability: optionalGroup({
    /** Days that the lines of the service are kept in the bucket that questions are asked of. */
    archiveDays: whole(1, 3650, '365'),
  }),
  /** Minutes between two looks from outside, part of `observability`. Default: 5. */
  canary: z
    .discriminatedUnion(
      'enabled',
      [
        z.strictObject({
          enabled: z.literal(true),
          everyMinutes: z.literal([1, 5, 15], expect('1, 5 or 15 minutes', 'write 5')),
        }),
        z.strictObject({ enabled: z.literal(false), reason: text(10, 300, "'nobody uses it from outside'") }),
      ],
      expect(
        '{ enabled: true, everyMinutes }, or { enabled: false, reason }',
        'write { enabled: true, everyMinutes: 5 }',
      ),
    )
    .optional(),
  /** Errors go to Sentry as well; leave it out for none. */
  errorTracking,
  /** Metrics go to Datadog as well; leave it out for none. */
  metricsExport,
  /** Days that logs are kept in CloudWatch. */
  logDays: z.literal(
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
    expect('a retention that CloudWatch Logs offers (7, 14, 30, 90, 365...)', 'write 30'),
  ),
};

export const deploymentSchema = environmentSchema.extend(regionShape);

/** Settings that all regions of an environment share. */
export type Environment = z.infer<typeof environmentSchema>;

/** One region of one environment: the whole of what the stacks are composed from. */
export type Deployment = z.infer<typeof deploymentSchema>;

/** What says where a region is: no two regions of an environment share it. */
type Place = 'region' | 'zones' | 'cidr' | 'continent' | 'timeZone' | 'joinedAfter' | 'datacenter';

/** What a region of an environment is, as far as its own file does not say otherwise: all but its place and what follows from it. */
export type RegionDefaults = Omit<Deployment, Place | 'backupCopies'>;

/** How a web fleet follows the load and the clock. */
export interface WebScaling {
  readonly nightMin: number;
  readonly requestsPerSecondPerInstance: number;
  readonly cpuTarget: number;
}

/** The web fleet's scaling; nothing where its number of servers stays. */
export function scalingOf(web: NonNullable<Deployment['web']>): WebScaling | undefined {
  const { nightMin, requestsPerSecondPerInstance, cpuTarget } = web;
  if (nightMin === undefined || requestsPerSecondPerInstance === undefined || cpuTarget === undefined)
    return undefined;
  return { nightMin, requestsPerSecondPerInstance, cpuTarget };
}
