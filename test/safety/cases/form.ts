import { HOME, add, drop, set, ingress, queue, deadLetter, type Case } from '../breaking';
import { CLASSIFIED } from '../stateless';
import { REFERENCES } from '../references';
import { NAMES } from '../names';
import { ANSWERS } from '../dns';

const record = (name: string): string => `production-edge:aws_route53_record.${name}`;

export const FORM_CASES: readonly Case[] = [
  [
    CLASSIFIED,
    'a type that nobody looked at',
    `${HOME}-app:aws_efs_file_system.files: stands neither`,
    add(`${HOME}-app:aws_efs_file_system.files`, {}),
  ],
  [
    REFERENCES,
    'an output that is not there',
    `${HOME}-app:aws_lb.load_balancer_balancer: `,
    (documents) =>
      void Reflect.set(documents, `${HOME}-network`, { ...documents[`${HOME}-network`], output: {} }),
  ],
  [
    REFERENCES,
    'a resource that is not there',
    `${queue}: `,
    set(queue, 'name', '${aws_sqs_queue.gone.name}'),
  ],
  [
    NAMES,
    'a name too long',
    `${HOME}-app:aws_lb.load_balancer_balancer: name "${'a'.repeat(33)}" has 33 characters, 32 are allowed`,
    set(`${HOME}-app:aws_lb.load_balancer_balancer`, 'name', 'a'.repeat(33)),
  ],
  [
    NAMES,
    'a name that is reserved',
    `${HOME}-app:aws_lb.load_balancer_balancer: name "internal-web" does not match`,
    set(`${HOME}-app:aws_lb.load_balancer_balancer`, 'name', 'internal-web'),
  ],
  [
    NAMES,
    'a secret that ends like an ARN',
    'name "/tiers/production/the-secret" does not match',
    set(`${HOME}-app:aws_secretsmanager_secret.signing_key_secret`, 'name', '/tiers/production/the-secret'),
  ],
  [NAMES, 'a rule without a description', `${ingress}: has no description`, drop(ingress, 'description')],
  [
    NAMES,
    'a description with a letter that EC2 refuses',
    `${ingress}: description "für alle" does not match`,
    set(ingress, 'description', 'für alle'),
  ],
  [
    NAMES,
    'a name that is used twice in a region',
    `name "tiers-production-jobs" is that of`,
    set(deadLetter, 'name', 'tiers-production-jobs'),
  ],
  [
    NAMES,
    'a role that two regions share',
    `name "tiers-production-web" is that of`,
    set(`${HOME}-app:aws_iam_role.web_role_role`, 'name', 'tiers-production-web'),
    set('production-eu-west-1-app:aws_iam_role.web_role_role', 'name', 'tiers-production-web'),
  ],
  [
    NAMES,
    'a long name of a type that is not in the table',
    `name "${'x'.repeat(65)}" has 65`,
    add(`${HOME}-app:aws_wafv2_web_acl.w`, { name: 'x'.repeat(65) }),
  ],
  [
    ANSWERS,
    'a record that is kept for an hour',
    'production-global:aws_route53_record.certificate_record: is kept for 3600 s',
    set('production-global:aws_route53_record.certificate_record', 'ttl', 3600),
  ],
  [
    ANSWERS,
    'a region that is answered whether it works or not',
    `${record('dns_world_api_us_east_1')}: is answered`,
    drop(record('dns_world_api_us_east_1'), 'health_check_id'),
    set(`${record('dns_world_api_us_east_1')}/alias`, 'evaluate_target_health', false),
  ],
  [
    ANSWERS,
    'a health check that takes its time',
    'production-edge:aws_route53_health_check.dns_check_us_east_1: is not asked',
    set('production-edge:aws_route53_health_check.dns_check_us_east_1', 'request_interval', 30),
  ],
];
