import {
  attributeOf,
  evaluateAccess,
  type AccessDecision,
  type RequestContext,
  resourceAt,
} from '../../tools/topology';
import { allow, type Block, graphOfResources, policy } from './plan';

const ROLE = 'arn:aws:iam::111122223333:role/web';
const ACCOUNT = 'arn:aws:iam::111122223333:root';
const JOBS = 'arn:aws:sqs:us-east-1:111122223333:jobs';

type Resources = Record<string, Record<string, Block>>;

function decide(
  resources: Resources,
  action = 'sqs:SendMessage',
  resourceArn = JOBS,
  context?: RequestContext,
  more: Block = {},
): AccessDecision {
  const role = { web: { name: 'web', ...(resources.aws_iam_role?.web ?? {}) } };
  const graph = graphOfResources({ ...resources, aws_iam_role: role }, more);
  const resource = graph.resources.get('one:aws_iam_role.web');
  if (!resource) throw new Error('the fixture has no role');
  return evaluateAccess(graph, { role: resource, action, resourceArn, context });
}

const inline = (...statements: Block[]): Resources => ({
  aws_sqs_queue: { jobs: { name: 'jobs' } },
  aws_iam_role_policy: { p: { role: '${aws_iam_role.web.name}', policy: policy(...statements) } },
});
const deny = (action: string, resource: string, more: Block = {}): Block => ({
  ...allow(action, resource),
  Effect: 'Deny',
  ...more,
});

describe('identity policies', () => {
  test('nothing is allowed by itself, and the message names the role and the statement', () => {
    expect(decide(inline())).toEqual({
      allowed: false,
      because: [],
      notEvaluated: [],
      missing: `one:aws_iam_role.web: sqs:SendMessage on ${JOBS} is not allowed: a policy of the role needs the statement {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${JOBS}"}`,
    });
  });

  test('a statement with the ARN of the queue allows', () => {
    expect(decide(inline(allow('sqs:SendMessage', '${aws_sqs_queue.jobs.arn}', { Sid: 'Send' })))).toEqual({
      allowed: true,
      because: ['Allow by one:aws_iam_role_policy.p statement Send'],
      notEvaluated: [],
    });
  });

  test.each<[string, Block[], boolean]>([
    ['action wildcard, any case', [allow('SQS:send*', JOBS)], true],
    ['another action', [allow('sqs:ReceiveMessage', JOBS)], false],
    ['another resource', [allow('sqs:*', `${JOBS}-2`)], false],
    ['resource wildcard', [allow('sqs:SendMessage', 'arn:aws:sqs:*:*:j?bs')], true],
    ['NotAction', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], true],
    ['NotAction that names it', [{ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }], false],
    ['NotResource', [{ Effect: 'Allow', Action: 'sqs:*', NotResource: JOBS }], false],
    ['NotResource of others', [{ Effect: 'Allow', Action: 'sqs:*', NotResource: `${JOBS}-2` }], true],
    ['a deny beside an allow', [allow('sqs:*', '*'), deny('sqs:Send*', '*')], false],
    [
      'a deny whose condition fails',
      [allow('sqs:*', '*'), deny('sqs:*', '*', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      true,
    ],
  ])('%s', (_, statements, allowed) => {
    expect(decide(inline(...statements)).allowed).toBe(allowed);
  });

  test('a deny is named', () => {
    const decision = decide(inline(allow('sqs:*', '*'), deny('sqs:*', '*', { Sid: 'Never' })));
    expect(decision.missing).toBe(
      `one:aws_iam_role.web: sqs:SendMessage on ${JOBS} is denied by one:aws_iam_role_policy.p statement Never; narrow that statement`,
    );
  });

  test('attached policies of the plan count, those of AWS are listed', () => {
    const decision = decide({
      aws_sqs_queue: { jobs: { name: 'jobs' } },
      aws_iam_policy: { send: { name: 'send', policy: policy(allow('sqs:SendMessage', JOBS)) } },
      aws_iam_role_policy_attachment: {
        send: { role: '${aws_iam_role.web.name}', policy_arn: '${aws_iam_policy.send.arn}' },
        agent: {
          role: '${aws_iam_role.web.name}',
          policy_arn: 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy',
        },
      },
    });
    expect(decision).toMatchObject({ allowed: true, notEvaluated: ['CloudWatchAgentServerPolicy'] });
  });

  test('a policy document data source', () => {
    const statement = [{ actions: ['sqs:SendMessage'], resources: ['${aws_sqs_queue.jobs.arn}'] }];
    const decision = decide(
      {
        aws_sqs_queue: { jobs: { name: 'jobs' } },
        aws_iam_role_policy: {
          p: { role: '${aws_iam_role.web.name}', policy: '${data.aws_iam_policy_document.d.json}' },
        },
      },
      undefined,
      undefined,
      undefined,
      { data: { aws_iam_policy_document: { d: { statement } } } },
    );
    expect(decision.allowed).toBe(true);
  });

  test('the policy of another role does not count', () => {
    const resources = inline(allow('sqs:*', '*'));
    const p = resources.aws_iam_role_policy?.p;
    if (p) p.role = 'other';
    expect(decide(resources).allowed).toBe(false);
  });
});

describe('permissions boundary', () => {
  const bounded = (boundary: Block[], ...statements: Block[]): Resources => ({
    ...inline(...statements),
    aws_iam_role: { web: { permissions_boundary: '${aws_iam_policy.boundary.arn}' } },
    aws_iam_policy: { boundary: { name: 'boundary', policy: policy(...boundary) } },
  });

  test('limits what identity policies allow', () => {
    expect(decide(bounded([allow('sqs:*', '*')], allow('sqs:*', '*'))).allowed).toBe(true);
    const outside = decide(bounded([allow('s3:*', '*')], allow('sqs:*', '*')));
    expect(outside.missing).toBe(
      `one:aws_iam_role.web: sqs:SendMessage on ${JOBS} is outside its permissions boundary: add {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${JOBS}"} there`,
    );
  });

  test('grants nothing by itself, and may deny', () => {
    expect(decide(bounded([allow('sqs:*', '*')])).allowed).toBe(false);
    expect(decide(bounded([allow('*', '*'), deny('sqs:*', '*')], allow('sqs:*', '*'))).allowed).toBe(false);
  });
});

describe('resource policies', () => {
  const queuePolicy = (...statements: Block[]): Resources => ({
    aws_sqs_queue: { jobs: { name: 'jobs' } },
    aws_sqs_queue_policy: { q: { queue_url: '${aws_sqs_queue.jobs.url}', policy: policy(...statements) } },
  });

  test.each<[string, Block, boolean]>([
    ['the role itself', { AWS: ROLE }, true],
    ['everybody', { AWS: '*' }, true],
    ['the account, which leaves it to identity policies', { AWS: ACCOUNT }, false],
    ['a service', { Service: 'sns.amazonaws.com' }, false],
    ['another role', { AWS: `${ROLE}-2` }, false],
  ])('a grant to %s', (_, principal, allowed) => {
    expect(decide(queuePolicy(allow('sqs:SendMessage', JOBS, { Principal: principal }))).allowed).toBe(
      allowed,
    );
  });

  test('a deny of insecure transport refuses plain HTTP alone', () => {
    const resources = {
      ...inline(allow('sqs:*', '*')),
      ...queuePolicy(
        deny('sqs:*', JOBS, { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ),
    };
    expect(decide(resources).allowed).toBe(true);
    const plain = decide(resources, 'sqs:SendMessage', JOBS, { 'aws:SecureTransport': 'false' });
    expect(plain.missing).toContain('is denied by one:aws_sqs_queue_policy.q statement 0');
  });

  test('a bucket policy speaks of keys in the bucket, and of no other bucket', () => {
    const resources: Resources = {
      aws_s3_bucket: { assets: { bucket: 'assets' }, logs: { bucket: 'assets-logs' } },
      aws_s3_bucket_policy: {
        b: {
          bucket: '${aws_s3_bucket.assets.id}',
          policy: policy(
            allow('s3:GetObject', '${aws_s3_bucket.assets.arn}/media/*', { Principal: { AWS: ROLE } }),
          ),
        },
      },
    };
    expect(decide(resources, 's3:GetObject', 'arn:aws:s3:::assets/media/1.webp').allowed).toBe(true);
    expect(decide(resources, 's3:GetObject', 'arn:aws:s3:::assets/uploads/1').allowed).toBe(false);
    expect(decide(resources, 's3:GetObject', 'arn:aws:s3:::assets-logs/media/1.webp').allowed).toBe(false);
  });

  test.each([
    ['others', `${ROLE}-2`, false],
    ['this role', ROLE, true],
  ])('a secret whose policy shuts out all but %s', (_, kept, allowed) => {
    const graph = graphOfResources({
      ...inline(allow('secretsmanager:GetSecretValue', '*')),
      aws_iam_role: { web: { name: 'web' } },
      aws_secretsmanager_secret: { key: { name: 'key' } },
      aws_secretsmanager_secret_policy: {
        p: {
          secret_arn: '${aws_secretsmanager_secret.key.arn}',
          policy: policy(
            deny('*', '*', { Principal: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': kept } } }),
          ),
        },
      },
    });
    const role = resourceAt(graph, 'one:aws_iam_role.web');
    const secret = resourceAt(graph, 'one:aws_secretsmanager_secret.key');
    const resourceArn = String(attributeOf(graph, secret, 'arn'));
    expect(resourceArn).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:key-[0-9a-f]{6}$/);
    const decision = evaluateAccess(graph, { role, action: 'secretsmanager:GetSecretValue', resourceArn });
    expect(decision.allowed).toBe(allowed);
  });

  describe('keys', () => {
    const KEY = 'arn:aws:kms:us-east-1:111122223333:key/key-one.k';
    const key = (keyPolicy: string | undefined, ...statements: Block[]): Resources => ({
      ...inline(...statements),
      aws_kms_key: { k: keyPolicy === undefined ? {} : { policy: keyPolicy } },
    });
    const toAccount = policy(allow('kms:*', '*', { Principal: { AWS: ACCOUNT } }));
    const toOther = policy(allow('kms:*', '*', { Principal: { AWS: `${ROLE}-2` } }));

    test.each<[string, Resources, boolean]>([
      ['the default key policy leaves it to the role', key(undefined, allow('kms:Decrypt', KEY)), true],
      ['a key policy for the account does too', key(toAccount, allow('kms:Decrypt', KEY)), true],
      ['but grants nothing alone', key(toAccount), false],
      ['a key policy for others shuts out identity policies', key(toOther, allow('kms:Decrypt', KEY)), false],
    ])('%s', (_, resources, allowed) => {
      expect(decide(resources, 'kms:Decrypt', KEY).allowed).toBe(allowed);
    });

    test('the message points at the key policy', () => {
      expect(decide(key(toOther, allow('kms:Decrypt', KEY)), 'kms:Decrypt', KEY).missing).toContain(
        'the key policy must allow the role, or its account',
      );
    });
  });
});

describe('what is refused', () => {
  test.each<[string, string, string]>([
    ['no JSON', 'nonsense', 'aws_iam_role_policy.p policy: found no policy document'],
    [
      'an element that nobody reads',
      policy({ ...allow('a:b', '*'), Principals: '*' }),
      'Unrecognized key: "Principals"',
    ],
    [
      'a policy variable',
      policy(allow('s3:*', 'arn:aws:s3:::a/$${aws:PrincipalTag/x}/*')),
      'found a policy variable',
    ],
    [
      'NotPrincipal',
      policy({ ...deny('s3:*', '*'), NotPrincipal: '*' }),
      'found NotPrincipal in statement 0',
    ],
    [
      'an operator',
      policy(allow('sqs:*', '*', { Condition: { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01' } } })),
      'aws_iam_role_policy.p statement 0 Condition: found the condition operator DateGreaterThan, which is not evaluated here. Allowed are StringEquals',
    ],
  ])('%s', (_, text, message) => {
    const resources = { ...inline(), aws_iam_role_policy: { p: { role: 'web', policy: text } } };
    expect(() => decide(resources)).toThrow(message);
  });

  test('an attached policy that is not in the plan', () => {
    const attachment = { a: { role: 'web', policy_arn: 'arn:aws:iam::111122223333:policy/other' } };
    expect(() => decide({ aws_iam_role_policy_attachment: attachment })).toThrow(
      'found arn:aws:iam::111122223333:policy/other, which is no aws_iam_policy of the stacks that were read',
    );
  });
});
