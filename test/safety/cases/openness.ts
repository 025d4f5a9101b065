import {
  HOME,
  WEB_GROUP,
  add,
  drop,
  set,
  subnet,
  ingress,
  bucket,
  database,
  template,
  everybody,
  type Case,
} from '../breaking';
import { ADDRESSES } from '../addresses';
import { OPENNESS } from '../openness';

export const OPENNESS_CASES: readonly Case[] = [
  [
    ADDRESSES,
    'two regions with one block',
    `production-us-east-1-network:aws_vpc.network_vpc: 10.0.0.0/16 overlaps 10.0.0.0/16`,
    set('production-eu-west-1-network:aws_vpc.network_vpc', 'cidr_block', '10.0.0.0/16'),
  ],
  [
    ADDRESSES,
    'two subnets with one block',
    `${subnet}: 10.0.0.0/19 overlaps`,
    set(subnet, 'cidr_block', '10.0.0.0/19'),
  ],
  [
    ADDRESSES,
    'a subnet outside its VPC',
    `${subnet}: 10.9.0.0/19 lies outside`,
    set(subnet, 'cidr_block', '10.9.0.0/19'),
  ],
  [
    OPENNESS,
    'another port of the balancer',
    `${ingress}: 0.0.0.0/0 may reach ports 22 to 22`,
    set(ingress, 'from_port', 22),
    set(ingress, 'to_port', 22),
  ],
  [
    OPENNESS,
    'a range of ports',
    `${ingress}: 0.0.0.0/0 may reach ports 80 to 443`,
    set(ingress, 'from_port', 80),
  ],
  [
    OPENNESS,
    'half of the world',
    `${HOME}-app:aws_vpc_security_group_ingress_rule.web_open: 128.0.0.0/1`,
    add(`${HOME}-app:aws_vpc_security_group_ingress_rule.web_open`, {
      security_group_id: `\${${WEB_GROUP}.id}`,
      cidr_ipv4: '128.0.0.0/1',
      from_port: 443,
      to_port: 443,
      ip_protocol: 'tcp',
    }),
  ],
  [
    OPENNESS,
    'the world of version 6',
    `${HOME}-app:aws_vpc_security_group_ingress_rule.web_open: ::/0`,
    add(`${HOME}-app:aws_vpc_security_group_ingress_rule.web_open`, {
      security_group_id: `\${${WEB_GROUP}.id}`,
      cidr_ipv6: '::/0',
      from_port: 443,
      to_port: 443,
      ip_protocol: 'tcp',
    }),
  ],
  [
    OPENNESS,
    'the group of the balancer on servers',
    `${ingress}: 0.0.0.0/0 may reach`,
    set(template, 'vpc_security_group_ids', ['${aws_security_group.load_balancer_security_group.id}']),
  ],
  [
    OPENNESS,
    'a rule within a group',
    `${HOME}-app:${WEB_GROUP}: has rules within`,
    set(`${HOME}-app:${WEB_GROUP}`, 'ingress', []),
  ],
  [
    OPENNESS,
    'a rule of the old form',
    `${HOME}-app:aws_security_group_rule.open: is a rule`,
    add(`${HOME}-app:aws_security_group_rule.open`, { type: 'ingress' }),
  ],
  [
    OPENNESS,
    'a public database',
    `${database}: publicly_accessible`,
    set(database, 'publicly_accessible', true),
  ],
  [
    OPENNESS,
    'a subnet that hands out addresses',
    `${subnet}: map_public_ip`,
    drop(subnet, 'map_public_ip_on_launch'),
  ],
  [
    OPENNESS,
    'servers with public addresses',
    `${template}: instances get a public address`,
    set(template, 'network_interfaces', [{ associate_public_ip_address: true }]),
  ],
  [
    OPENNESS,
    'a bucket that is half closed',
    `${bucket}: is not closed`,
    set(
      `${HOME}-data:aws_s3_bucket_public_access_block.assets_public_access_block`,
      'block_public_policy',
      false,
    ),
  ],
  [
    OPENNESS,
    'a bucket with an ACL',
    `${HOME}-data:aws_s3_bucket_acl.assets: an ACL`,
    add(`${HOME}-data:aws_s3_bucket_acl.assets`, { acl: 'public-read' }),
  ],
  [
    OPENNESS,
    'a bucket policy for everybody',
    `${HOME}-data:aws_s3_bucket_policy.assets_policy: a statement allows everybody`,
    set(`${HOME}-data:aws_s3_bucket_policy.assets_policy`, 'policy', everybody),
  ],
  [
    OPENNESS,
    'a function that anybody calls',
    `${HOME}-app:aws_lambda_function_url.f: anybody`,
    add(`${HOME}-app:aws_lambda_function_url.f`, { authorization_type: 'NONE' }),
  ],
];
