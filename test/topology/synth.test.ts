import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { App, Fn, TerraformOutput, TerraformStack } from 'cdktf';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDeployments } from '../../deployments/load';
import { compose } from '../../stacks/compose';
import {
  evaluate,
  evaluateOutput,
  type Graph,
  preflight,
  readGraph,
  readServiceNeeds,
  readStacks,
  resourceAt,
} from '../../tools/topology';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(path.join(tmpdir(), 'topology-'));
});
afterEach(() => {
  rmSync(outdir, { recursive: true });
});

/** Two stacks that cdktf links by itself; the reader sorts before the one it depends on. */
function synthesizeTwo(): void {
  const app = new App({ outdir });
  const data = new TerraformStack(app, 'b-data');
  new AwsProvider(data, 'aws', { region: 'eu-west-1', allowedAccountIds: ['111122223333'] });
  const database = new DbInstance(data, 'shard', { identifier: 'shard', instanceClass: 'db.t4g.micro' });
  const service = new TerraformStack(app, 'a-service');
  new AwsProvider(service, 'aws', { region: 'eu-west-1', allowedAccountIds: ['111122223333'] });
  const { accountId } = new DataAwsCallerIdentity(service, 'here');
  const dead = new SqsQueue(service, 'dead', { name: 'dead' });
  const jobs = new SqsQueue(service, 'jobs', {
    name: 'jobs',
    redrivePolicy: Fn.jsonencode({ maxReceiveCount: 3, deadLetterTargetArn: dead.arn }),
  });
  new IamRole(service, 'role', {
    name: 'role',
    assumeRolePolicy: JSON.stringify({
      Statement: [],
      Id: `arn:aws:rds-db:eu-west-1:${accountId}:${database.resourceId}`,
    }),
  });
  new LaunchTemplate(service, 'template', {
    userData: Fn.base64encode(`#cloud-config\nHOST=${database.address}\nQUEUE=${jobs.url}\n`),
  });
  new TerraformOutput(service, 'names', {
    value: Fn.format('%s and %s', [jobs.name, Fn.join('+', [dead.name, 'x'])]),
  });
  app.synth();
}

describe('what cdktf synthesizes', () => {
  test('two stacks, linked, in deployment order', () => {
    synthesizeTwo();
    const graph = readGraph(outdir);
    expect(graph.stacks.map(({ name, region, account }) => ({ name, region, account }))).toEqual([
      { name: 'b-data', region: 'eu-west-1', account: '111122223333' },
      { name: 'a-service', region: 'eu-west-1', account: '111122223333' },
    ]);
    expect(graph.problems).toEqual([]);
    const role = resourceAt(graph, 'a-service:aws_iam_role.role');
    expect(evaluate(graph, role, 'assume_role_policy')).toContain(
      'arn:aws:rds-db:eu-west-1:111122223333:db-b-data.shard',
    );
    expect(role.references.map(({ target }) => target)).toEqual([
      'a-service:data.aws_caller_identity.here',
      'b-data:aws_db_instance.shard',
    ]);
    expect(
      JSON.parse(
        String(evaluate(graph, resourceAt(graph, 'a-service:aws_sqs_queue.jobs'), 'redrive_policy')),
      ),
    ).toEqual({
      maxReceiveCount: 3,
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:dead',
    });
    expect(evaluateOutput(graph, 'a-service', 'names')).toBe('jobs and dead+x');
    const text = evaluate(
      graph,
      resourceAt(graph, 'a-service:aws_launch_template.template'),
      'user_data',
      ({ type }) => (type === 'aws_db_instance' ? 'db.test' : undefined),
    );
    expect(Buffer.from(String(text), 'base64').toString()).toBe(
      '#cloud-config\nHOST=db.test\nQUEUE=https://sqs.eu-west-1.amazonaws.com/111122223333/jobs\n',
    );
  });

  test('a filter leaves stacks out, and what refers to them is a problem', () => {
    synthesizeTwo();
    expect(readStacks(outdir, (name) => name === 'b-data').map(({ name }) => name)).toEqual(['b-data']);
    const problems = readGraph(outdir, (name) => name === 'a-service').problems;
    expect(problems.map(({ address }) => address)).toEqual([
      'a-service:aws_iam_role.role',
      'a-service:aws_launch_template.template',
    ]);
    expect(problems[0]?.message).toContain('Read the stack it belongs to as well; read were a-service');
  });

  test('no synthesis, and one of another version', () => {
    expect(() => readStacks(path.join(outdir, 'none'))).toThrow(
      'there is no synthesis here; run npm run synth first',
    );
    synthesizeTwo();
    const manifest = path.join(outdir, 'manifest.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('"version": "0.21.0"', '"version": "1.2.0"'));
    expect(() => readStacks(outdir)).toThrow('written by cdktf 1.2.0; 0.20 and 0.21 are read');
    writeFileSync(manifest, '{"version": "0.21.0", "stacks": []}');
    expect(() => readStacks(outdir)).toThrow('manifest.json: not a manifest of cdktf');
  });
});

describe('the deployments of this repository', () => {
  const environments = ['local', 'staging', 'production'];
  const needs = readServiceNeeds(path.join(__dirname, '../../service/permissions.json'));
  let graphs: ReadonlyMap<string, Graph>;
  beforeAll(() => {
    const folder = mkdtempSync(path.join(tmpdir(), 'topology-all-'));
    try {
      const app = new App({ outdir: folder });
      compose(app, loadDeployments(environments));
      app.synth();
      graphs = new Map(
        environments.map((name) => [name, readGraph(folder, (stack) => stack.startsWith(`${name}-`))]),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  const graphOf = (environment: string): Graph => {
    const graph = graphs.get(environment);
    if (!graph) throw new Error(`${environment} was not synthesized`);
    return graph;
  };

  test.each(environments)('%s is understood to the last argument', (environment) => {
    expect(graphOf(environment).resources.size).toBeGreaterThan(200);
    expect(graphOf(environment).problems).toEqual([]);
  });

  test.each(environments)('%s grants and connects what the service needs', (environment) => {
    const findings = preflight(graphOf(environment), needs);
    expect(findings.map(({ address, fix }) => `${address}: ${fix}`)).toEqual([]);
  });
});
