import fc from 'fast-check';
import {
  attributeOf,
  evaluate,
  evaluateOutput,
  KNOWN_TYPES,
  targetsOf,
  TopologyError,
} from '../../tools/topology';
import { graphOfResources, graphWith, inApp, inData } from './plan';

const messages = (graph: ReturnType<typeof graphWith>): string[] =>
  graph.problems.map(({ message }) => message);

describe('the graph', () => {
  test('a sound plan has no problems', () => {
    expect(messages(graphWith())).toEqual([]);
  });

  test('a reference to another stack leads to the real resource', () => {
    const graph = graphWith();
    const rule = inApp(graph, 'aws_vpc_security_group_ingress_rule.database');
    expect(rule.references).toContainEqual({
      argument: ['security_group_id'],
      text: 'data.terraform_remote_state.data.outputs.database_group',
      target: 'local-us-east-1-data:aws_security_group.database',
      attribute: ['id'],
    });
    expect(targetsOf(graph, rule, 'referenced_security_group_id')).toEqual([
      inApp(graph, 'aws_security_group.web'),
    ]);
  });

  test('an index into an output that is a list', () => {
    const graph = graphWith();
    const policy = String(evaluate(graph, inApp(graph, 'aws_iam_role_policy.web'), 'policy'));
    expect(policy).toContain(
      'arn:aws:rds-db:us-east-1:111122223333:dbuser:db-local-us-east-1-data.shard_00_b/service',
    );
  });

  test("ARNs carry the provider's region and account", () => {
    const graph = graphWith();
    expect(attributeOf(graph, inApp(graph, 'aws_sqs_queue.jobs'), 'arn')).toBe(
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    );
    expect(evaluateOutput(graph, 'local-us-east-1-data', 'cache_arn')).toBe(
      'arn:aws:elasticache:us-east-1:111122223333:replicationgroup:cache',
    );
  });

  test("a caller's values go before arguments and symbolic ones, also through other stacks", () => {
    const graph = graphWith();
    const template = inApp(graph, 'aws_launch_template.web');
    const text = evaluate(graph, template, 'user_data', (resource, [attribute]) =>
      resource.type === 'aws_db_instance' && attribute === 'address' ? '127.0.1.7' : undefined,
    );
    const decoded = Buffer.from(String(text), 'base64').toString('utf8');
    expect(decoded).toContain('DB_WRITER_HOST=127.0.1.7\n');
    expect(decoded).toContain('QUEUE_URL=https://sqs.us-east-1.amazonaws.com/111122223333/jobs\n');
  });

  test('an argument that is not set is undefined, and a block can be entered with or without its index', () => {
    const graph = graphWith();
    const group = inApp(graph, 'aws_lb_target_group.web');
    expect(evaluate(graph, group, 'protocol')).toBeUndefined();
    expect(evaluate(graph, group, 'health_check.path')).toBe('/healthz');
    expect(evaluate(graph, group, 'health_check.0.path')).toBe('/healthz');
    expect(evaluate(graph, inApp(graph, 'aws_lb_listener.https'), 'default_action.type')).toBe('forward');
  });

  test('write-only arguments are named, left out, and refused when asked for', () => {
    const graph = graphWith();
    const database = inData(graph, 'aws_db_instance.shard_00_a');
    expect(database.writeOnly).toEqual(['password_wo']);
    expect(evaluate(graph, database, '')).not.toHaveProperty('password_wo');
    expect(evaluate(graph, database, '')).toHaveProperty('password_wo_version', 1);
    expect(() => evaluate(graph, database, 'password_wo')).toThrow(
      'aws_db_instance.shard_00_a password_wo: found the write-only argument password_wo, whose value is kept nowhere',
    );
  });

  test('every known type and attribute is evaluated without a fault', () => {
    for (const [type, { computed }] of Object.entries(KNOWN_TYPES)) {
      if (type.includes('.')) continue;
      const graph = graphOfResources({ [type]: { it: {} } });
      const [resource] = [...graph.resources.values()];
      for (const attribute of Object.keys(computed))
        expect({
          type,
          attribute,
          value: resource && attributeOf(graph, resource, attribute),
        }).not.toMatchObject({
          value: undefined,
        });
    }
  });

  test('ids of two resources never meet, whatever their stacks and names', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 6 }), (names) => {
        const graph = graphOfResources({
          aws_security_group: Object.fromEntries(names.map((each) => [each, {}])),
        });
        const ids = [...graph.resources.values()].map((resource) => attributeOf(graph, resource, 'id'));
        expect(new Set(ids).size).toBe(names.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('problems', () => {
  const one = (resource: Parameters<typeof graphOfResources>[0], more = {}): string[] =>
    messages(graphOfResources(resource, more));

  test('an expression outside the subset, with its place', () => {
    expect(one({ aws_sqs_queue: { a: { tags: { Name: '${upper("x")}' } } } })).toEqual([
      expect.stringMatching(
        /^one: aws_sqs_queue\.a tags\.Name: found the function upper\(\), which is not evaluated here\. Allowed are /,
      ),
    ]);
  });

  test('a type that nothing knows, as a warning', () => {
    const graph = graphOfResources({ aws_glacier_vault: { a: {} } });
    expect(graph.problems).toEqual([
      {
        severity: 'warning',
        address: 'one:aws_glacier_vault.a',
        argument: '',
        message:
          'aws_glacier_vault is not among KNOWN_TYPES: nothing here understands it. Add it in tools/topology/symbolic',
      },
    ]);
  });

  test.each([
    [
      'an attribute that nothing gives',
      '${aws_sqs_queue.b.colour}',
      "found aws_sqs_queue.b.colour, but neither the arguments of one:aws_sqs_queue.b nor KNOWN_TYPES give 'colour'",
    ],
    [
      'a resource that is not there',
      '${aws_sqs_queue.c.arn}',
      'found the reference aws_sqs_queue.c.arn, but the stack holds no aws_sqs_queue.c',
    ],
    ['a whole resource', '${aws_sqs_queue.b}', 'found aws_sqs_queue.b, a whole resource'],
    ['a variable', '${var.name}', 'found the reference var.name'],
    ['a list inside a text', 'x-${aws_sqs_queue.b.list}', 'found ["x"] as ${aws_sqs_queue.b.list}'],
    [
      'an index that is not there',
      '${aws_sqs_queue.b.list[3]}',
      "found aws_sqs_queue.b.list.3, but there is no '3' in its value",
    ],
    [
      'a circle',
      '${aws_sqs_queue.a.name}',
      'found a circle of references: one:aws_sqs_queue.a.name -> one:aws_sqs_queue.a.name',
    ],
    [
      'an ephemeral value',
      '${ephemeral.random_password.p.result}',
      'found a reference to ephemeral.random_password.p.result, whose value is kept nowhere',
    ],
  ])('%s', (_, name, message) => {
    const found = one(
      { aws_sqs_queue: { a: { name }, b: { name: 'b', list: ['x'] } } },
      { ephemeral: { random_password: { p: { length: 8 } } } },
    );
    expect(found).toEqual([expect.stringContaining(`one: aws_sqs_queue.a name: ${message}`)]);
  });

  test('count, for_each and blocks that are not read', () => {
    expect(one({ aws_sqs_queue: { a: { count: 2 } } }, { variable: { x: {} } })).toEqual([
      'found a variable block. It is not read: write resources with literal values and direct references',
      'found count. It is not evaluated here: write resources with literal values and direct references',
    ]);
  });

  test('a remote state that no stack keeps', () => {
    const graph = graphWith(({ app }) => {
      const data = app.data as { terraform_remote_state: { data: { config: { path: string } } } };
      data.terraform_remote_state.data.config.path = '../../../other.tfstate';
    });
    expect(messages(graph)[0]).toContain(
      'but no stack that was read keeps its state in local:/other.tfstate. Read the stack it belongs to as well; read were local-us-east-1-data, local-us-east-1-app',
    );
  });

  test('an output that is not there', () => {
    const graph = graphWith(({ data }) => {
      delete (data.output as Record<string, unknown>).cache_arn;
    });
    expect(messages(graph)).toEqual([
      expect.stringContaining(
        "but local-us-east-1-data has no output 'cache_arn'. Synthesize both stacks together",
      ),
    ]);
  });

  test('what would change the answers, but is not evaluated', () => {
    const graph = graphOfResources({
      aws_security_group: { a: { ingress: [{ from_port: 80 }] } },
      aws_security_group_rule: { b: {} },
      aws_network_acl: { c: {} },
      aws_vpc_endpoint: { d: { policy: '{}' }, e: {} },
    });
    expect(graph.problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'error one:aws_security_group.a: found inline ingress rules, which are not evaluated. Write aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule',
      'error one:aws_security_group_rule.b: found a rule of the older type, which is not evaluated. Write aws_vpc_security_group_ingress_rule and aws_vpc_security_group_egress_rule',
      'warning one:aws_network_acl.c: found a network ACL, which is not evaluated. What it refuses, the checks of connections still take as open',
      'warning one:aws_vpc_endpoint.d: found an endpoint policy, which is not evaluated. What it refuses, the checks of access still take as allowed',
    ]);
  });

  test('an endpoint policy that is for the own account refuses nothing that is asked about', () => {
    const own = { StringEquals: { 'aws:PrincipalAccount': '111122223333' } };
    const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition: own };
    const policy = (statement: object): string => JSON.stringify({ Statement: [statement] });
    const graph = graphOfResources({
      aws_vpc_endpoint: {
        own: { policy: policy(all) },
        other: { policy: policy({ ...all, Condition: { StringEquals: { 'aws:PrincipalAccount': '1' } } }) },
        narrow: { policy: policy({ ...all, Action: 'sqs:SendMessage' }) },
      },
    });
    expect(graph.problems.map(({ address }) => address)).toEqual([
      'one:aws_vpc_endpoint.other',
      'one:aws_vpc_endpoint.narrow',
    ]);
  });

  test('an error carries its parts', () => {
    const graph = graphOfResources({ aws_sqs_queue: { a: { name: '${var.x}' } } });
    const [resource] = [...graph.resources.values()];
    let caught: unknown;
    try {
      if (resource) evaluate(graph, resource, 'name');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TopologyError);
    expect(caught).toMatchObject({
      location: { stack: 'one', address: 'aws_sqs_queue.a', argument: 'name' },
      found: 'found the reference var.x',
    });
  });
});
