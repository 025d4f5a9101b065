import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Deployment } from '../../deployments/schema';
import { writerOf } from '../../deployments/writer';
import { ConfigurationError } from '../../lib/errors';
import { environmentOf, environments, fileOf, type Environment } from './environments';

const ROOT = resolve(__dirname, '../..');
/** Where the stacks of a region stay readable after its file is gone; beside cdktf.out, so that states are found. */
const KEPT = 'cdktf.leaving';

/** One part of the way out: what it is for, and its commands in order. */
export interface Step {
  readonly title: string;
  readonly text: readonly string[];
  readonly commands: readonly string[];
}

export interface Removal {
  /** Path below the repository. */
  readonly file: string;
  readonly deployment: Deployment;
  readonly steps: readonly Step[];
}

/** Plans how a region leaves its environment. @throws ConfigurationError where it must not */
export function planRemoval(
  region: string,
  environmentName: string,
  all: readonly Environment[] = environments(),
): Removal {
  const environment = environmentOf(environmentName, all);
  const deployment = removable(region, environment);
  const home = environment.regions[0]!;
  const steps = stepsOf(environment, deployment, home);
  return { file: fileOf(environment, region), deployment, steps };
}

/** Removes the file of a planned removal, and nothing else. */
export function removeFile({ file }: Removal): void {
  rmSync(resolve(ROOT, file));
}

function removable(region: string, { name, regions }: Environment): Deployment {
  const refuse = (allowed: string, fix: string): never => {
    throw new ConfigurationError([{ where: 'region', received: region, allowed, fix }]);
  };
  const names = regions.map((each) => each.region);
  const deployment = regions.find((each) => each.region === region);
  if (!deployment) return refuse(`a region of ${name}: ${names.join(', ')}`, 'name one of these');
  if (regions.length === 1) {
    return refuse(
      `a region of ${name} that is not its last one`,
      'add another region first, or take down the whole environment (docs/first-deploy.md, "The way back")',
    );
  }
  if (deployment.homeRegion === region) {
    return refuse(
      `a region of ${name} other than its home, which holds the tables that all regions share`,
      'keep it as a region that reads, with fleets and databases as small as its file may make them',
    );
  }
  if (writerOf(deployment) === region) {
    return refuse(
      `a region of ${name} other than its writer, which holds the only copies that take writes`,
      'let another region become the writer first: docs/runbooks/region-lost.md',
    );
  }
  return deployment;
}

function stepsOf({ name, regions }: Environment, deployment: Deployment, home: Deployment): Step[] {
  const { project, environment, account, region } = deployment;
  // As lib/naming joins them: the longest project, environment and region stay below the limits, so nothing is cut.
  const queue = [project, environment, 'jobs'].join('-');
  const pictures = (of: string): string => `s3://${[project, environment, of, 'assets', account].join('-')}`;
  const terraform = (stack: string, ...verbs: readonly string[]): string[] =>
    ['init', ...verbs].map(
      (verb) => `terraform -chdir=${KEPT}/stacks/${environment}-${region}-${stack} ${verb}`,
    );
  const deploy = (stack: string, verb = 'deploy'): string =>
    `npx cdktf ${verb} ${environment}-${stack} --ignore-missing-stack-dependencies`;
  // With one region left there is nothing to link, and no such stack in what is written then.
  const linked = regions.length > 2;
  return [
    {
      title: 'Keep its stacks, with deletion protection off',
      text: [
        `Write into deployments/${name}/global.ts, and take it back after the command:`,
        `deletionProtection: { enabled: false, reason: '${region} is being removed' }`,
        'Of what the command writes, only the stacks below are ever applied.',
      ],
      commands: [`CDKTF_OUTDIR=${KEPT} npm run synth -- ${name}/${region}`],
    },
    {
      title: 'Take the traffic out through the edge',
      text: [
        'The edge is deployed without the region. An answer of DNS lives for 60 seconds, and open connections longer:',
        "go on when the region's balancer counts no more requests.",
      ],
      commands: [
        ...(linked ? [] : [deploy('links', 'destroy')]),
        `./bin/tiers region remove ${region} --environment ${name} --yes`,
        `npm run synth -- ${name}`,
        deploy('edge'),
        ...(linked ? [deploy('links')] : []),
      ],
    },
    {
      title: 'Let its jobs end',
      text: ['Go on when both numbers are 0.'],
      commands: [
        `aws sqs get-queue-attributes --region ${region} --queue-url https://sqs.${region}.amazonaws.com/${account}/${queue} --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible`,
      ],
    },
    {
      title: 'Alarms, so that nobody is woken by what follows',
      text: [],
      commands: terraform('observability', 'destroy'),
    },
    {
      title: 'Balancer, fleets and queue',
      text: [
        'From here on an apply turns protection off: of what refuses to be deleted, and of buckets that hold objects.',
      ],
      commands: terraform('app', 'apply', 'destroy'),
    },
    {
      title: 'Image and artifacts',
      text: ['The apply reads the archive of the service, as the deploy did: npm run package writes it.'],
      commands: terraform('image', 'apply', 'destroy'),
    },
    {
      title: 'Data',
      text: [
        'Its database is a copy of the writer: nothing of it is missed. The pictures are copied to the home region once',
        'more, since the buckets are emptied with their stack. A database that once wrote, and the cache, leave final',
        'snapshots; the key that they are encrypted with is taken out of the state, as nothing can be restored without it.',
      ],
      commands: [
        `aws s3 sync ${pictures(region)} ${pictures(home.region)} --source-region ${region} --region ${home.region} --exclude "site/*"`,
        ...terraform('data', 'apply', 'state rm aws_kms_key.encryption_key', 'destroy'),
        `aws rds describe-db-snapshots --region ${region} --snapshot-type manual`,
      ],
    },
    { title: 'Network', text: [], commands: terraform('network', 'destroy') },
    {
      title: 'Its copies of what all regions share',
      text: ['A copy of the table that is protected is not taken away; the others stay protected.'],
      commands: [
        `aws dynamodb update-table --region ${region} --table-name ${[project, environment, 'shared-state'].join('-')} --no-deletion-protection-enabled`,
        deploy(`${home.region}-app`),
        deploy('global'),
      ],
    },
    {
      title: 'Clean up',
      text: [`Commit that ${fileOf({ name, open: true }, region)} is gone.`],
      commands: [`rm -r ${KEPT}`],
    },
  ];
}

/** The steps as numbered text. */
export function explain({ deployment, steps }: Removal): string {
  const { environment, region, cidr } = deployment;
  return [
    `How ${region} (${cidr}) leaves ${environment}, in this order:`,
    ...steps.flatMap(({ title, text, commands }, index) => [
      '',
      `${index + 1}. ${title}`,
      ...text.map((line) => `   ${line}`),
      ...commands.map((command) => `     ${command}`),
    ]),
  ].join('\n');
}
