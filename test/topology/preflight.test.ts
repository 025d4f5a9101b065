import path from 'node:path';
import { readServiceNeeds } from '../../tools/topology';
import { APP, drop, environment, findings, set } from './findings';
import { allow, type Block, type Documents, policy, userData } from './plan';

test('a sound plan has no findings', () => {
  expect(findings(undefined, ['/healthz'])).toEqual([]);
});

describe('access', () => {
  const granting = (...statements: Block[]) =>
    set('aws_iam_role_policy', 'web', { policy: policy(...statements) });

  test('everything that the role lacks, at once', () => {
    const found = findings(granting(allow('sqs:SendMessage', '${aws_sqs_queue.jobs.arn}')));
    expect(found.map(({ address, severity }) => `${severity} ${address}`)).toEqual(
      Array(5).fill(`error ${APP}:aws_iam_role.web`),
    );
    expect(found.map(({ fix }) => fix)).toEqual([
      expect.stringMatching(
        /^allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:111122223333:secret:signing-[0-9a-f]{6} in a policy of aws_iam_role\.web$/,
      ),
      'allow rds-db:connect on arn:aws:rds-db:us-east-1:111122223333:dbuser:db-local-us-east-1-data.shard_00_a/service in a policy of aws_iam_role.web',
      'allow rds-db:connect on arn:aws:rds-db:us-east-1:111122223333:dbuser:db-local-us-east-1-data.shard_00_b/service in a policy of aws_iam_role.web',
      'allow elasticache:Connect on arn:aws:elasticache:us-east-1:111122223333:replicationgroup:cache in a policy of aws_iam_role.web',
      'allow elasticache:Connect on arn:aws:elasticache:us-east-1:111122223333:user:service in a policy of aws_iam_role.web',
    ]);
  });

  test('the message names the fleet, the variable, the role and the statement', () => {
    const found = findings(({ app }) => {
      app.resource.aws_sqs_queue = { jobs: { name: 'jobs' }, other: { name: 'other' } };
      environment({ QUEUE_URL: '${aws_sqs_queue.other.url}' })({ app, data: { resource: {} } });
    });
    expect(found).toEqual([
      {
        severity: 'error',
        address: `${APP}:aws_iam_role.web`,
        message: `api of ${APP}:aws_autoscaling_group.web (QUEUE_URL): ${APP}:aws_iam_role.web: sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:other is not allowed: a policy of the role needs the statement {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:111122223333:other"}`,
        fix: 'allow sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:other in a policy of aws_iam_role.web',
      },
    ]);
  });

  test('a queue policy that denies', () => {
    const [found, ...others] = findings(({ app }) => {
      const statement = { ...allow('sqs:SendMessage', '*'), Effect: 'Deny', Principal: '*', Sid: 'Closed' };
      app.resource.aws_sqs_queue_policy = {
        jobs: { queue_url: '${aws_sqs_queue.jobs.url}', policy: policy(statement) },
      };
    });
    expect(others).toEqual([]);
    expect(found?.message).toContain(`is denied by ${APP}:aws_sqs_queue_policy.jobs statement Closed`);
  });

  test('a secret under a key of its own needs the key as well', () => {
    const keyed = ({ app }: Documents): void => {
      app.resource.aws_kms_key = { k: {} };
      set('aws_secretsmanager_secret', 'signing', { kms_key_id: '${aws_kms_key.k.arn}' })({
        app,
        data: { resource: {} },
      });
    };
    expect(findings(keyed).map(({ fix }) => fix)).toEqual([
      `allow kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key/key-${APP}.k in a policy of aws_iam_role.web`,
    ]);
    const granted = findings((all) => {
      keyed(all);
      all.app.resource.aws_iam_role_policy = {
        ...all.app.resource.aws_iam_role_policy,
        key: {
          role: '${aws_iam_role.web.name}',
          policy: policy(
            allow('kms:Decrypt', '${aws_kms_key.k.arn}', {
              Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
            }),
          ),
        },
      };
    });
    expect(granted).toEqual([]);
  });

  test('a resource that is named, not referred to, is found by its name', () => {
    expect(
      findings(environment({ QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/jobs' })),
    ).toEqual([]);
    expect(
      findings(environment({ QUEUE_URL: 'https://example.com/jobs' })).map(({ message }) => message),
    ).toEqual([
      "api: QUEUE_URL is 'https://example.com/jobs', which names no one resource of the stacks that were read",
    ]);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    [
      'a variable that is not set',
      { QUEUE_URL: undefined },
      `api needs sqs:SendMessage, but QUEUE_URL is not set in the environment of ${APP}:aws_autoscaling_group.web`,
    ],
    [
      'a resource of another type',
      { QUEUE_URL: '${aws_secretsmanager_secret.signing.arn}' },
      `api: QUEUE_URL is '\${aws_secretsmanager_secret.signing.arn}': it refers to ${APP}:aws_secretsmanager_secret.signing, but sqs:SendMessage needs an aws_sqs_queue`,
    ],
    [
      'a database user that is not set',
      { DB_USER: undefined },
      'DB_USER is not set, so that the database user is not known',
    ],
    [
      'a cache user that is in no group',
      { CACHE_USER: 'nobody' },
      "CACHE_USER is 'nobody', but the user groups of local-us-east-1-data:aws_elasticache_replication_group.cache hold service",
    ],
  ])('%s', (_, changes, message) => {
    expect(findings(environment(changes)).map((found) => found.message)).toContainEqual(
      expect.stringContaining(message),
    );
  });

  test('optional tiers may be left out', () => {
    expect(findings(environment({ CACHE_HOST: undefined, DB_READER_HOSTS: '' }))).toEqual([]);
  });

  test('no instance profile', () => {
    const found = findings(set('aws_launch_template', 'web', { iam_instance_profile: undefined }));
    expect(found.map(({ message }) => message)).toEqual([
      'api calls AWS, but the launch template names no instance profile',
    ]);
  });

  test('a role that instances cannot take', () => {
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    expect(findings(set('aws_iam_role', 'web', { assume_role_policy: policy(trust) }))).toEqual([
      {
        severity: 'error',
        address: `${APP}:aws_iam_role.web`,
        message: `the instances of ${APP}:aws_autoscaling_group.web cannot take this role: assume_role_policy does not allow ec2.amazonaws.com to assume it`,
        fix: 'allow sts:AssumeRole to {"Service":"ec2.amazonaws.com"} in assume_role_policy',
      },
    ]);
  });

  test('an AWS managed policy that is not known, as a warning', () => {
    const found = findings(({ app }) => {
      app.resource.aws_iam_role_policy_attachment = {
        known: { role: 'web', policy_arn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore' },
        other: { role: 'web', policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      };
    });
    expect(found.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning the AWS managed policy AdministratorAccess is attached; its statements are not in the plan and are not evaluated',
    ]);
  });
});

describe('connections', () => {
  test('security groups that refuse the database', () => {
    const [writer, reader, ...others] = findings(drop('aws_vpc_security_group_ingress_rule', 'database'));
    expect(others).toEqual([]);
    expect(writer).toEqual({
      severity: 'error',
      address: 'local-us-east-1-data:aws_db_instance.shard_00_a',
      message: `api of ${APP}:aws_autoscaling_group.web cannot reach DB_WRITER_HOST on port 5432: local-us-east-1-data:aws_security_group.database needs an aws_vpc_security_group_ingress_rule from ${APP}:aws_security_group.web for TCP port 5432`,
      fix: `local-us-east-1-data:aws_security_group.database needs an aws_vpc_security_group_ingress_rule from ${APP}:aws_security_group.web for TCP port 5432`,
    });
    expect(reader?.address).toBe('local-us-east-1-data:aws_db_instance.shard_00_b');
  });

  test('a port on which the database does not listen', () => {
    const messages = findings(environment({ DB_PORT: '5433' })).map(({ message }) => message);
    expect(messages).toContain(
      'api: DB_PORT is 5433, but local-us-east-1-data:aws_db_instance.shard_00_a listens on 5432',
    );
  });

  test('no port at all', () => {
    expect(findings(environment({ CACHE_PORT: 'x' })).map(({ message }) => message)).toEqual([
      "api: CACHE_PORT is 'x', no port",
    ]);
  });

  test('no way to the AWS services', () => {
    expect(
      findings(drop('aws_vpc_security_group_egress_rule', 'https')).map(({ message }) => message),
    ).toEqual([
      `api of ${APP}:aws_autoscaling_group.web cannot call sqs: ${APP}:aws_security_group.web needs an aws_vpc_security_group_egress_rule to the sqs endpoint of its VPC or to 0.0.0.0/0 for TCP port 443`,
      `api of ${APP}:aws_autoscaling_group.web cannot call secretsmanager: ${APP}:aws_security_group.web needs an aws_vpc_security_group_egress_rule to the secretsmanager endpoint of its VPC or to 0.0.0.0/0 for TCP port 443`,
    ]);
  });
});

describe('what cannot be checked is a finding too', () => {
  test('a unit of no role', () => {
    const found = findings(
      set('aws_launch_template', 'web', { user_data: userData(['PORT=8080'], ['tiers-batch.service']) }),
    );
    expect(found.map(({ message }) => message)).toEqual([
      "it starts tiers-batch.service, but the service has no role 'batch'; it has api",
    ]);
  });

  test('user data of another form, beside the other checks', () => {
    const found = findings((all) => {
      set('aws_launch_template', 'web', { user_data: '${base64encode("#!/bin/sh")}' })(all);
      drop('aws_vpc_security_group_ingress_rule', 'balancer_https')(all);
    });
    expect(found.map(({ address }) => address)).toEqual([
      `${APP}:aws_lb_listener.https`,
      `${APP}:aws_launch_template.web`,
    ]);
  });

  test('problems of the plan come first, with their severity', () => {
    const [problem] = findings(({ app }) => {
      app.resource.aws_glacier_vault = { a: {} };
    });
    expect(problem).toMatchObject({ severity: 'warning', address: `${APP}:aws_glacier_vault.a` });
  });
});

test("the service's own file is read", () => {
  const needs = readServiceNeeds(path.join(__dirname, '../../service/permissions.json'));
  expect(Object.keys(needs).sort()).toEqual(['api', 'migrate', 'transcode', 'worker']);
  expect(needs.api?.actions).toContainEqual({
    action: 'sqs:SendMessage',
    resource: { env: 'QUEUE_URL' },
    optional: true,
  });
});
