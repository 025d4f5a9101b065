import { evaluated, type Facts, type KnownTypes, listed, named, opaque } from './known-type';

const iam =
  (kind: string) =>
  (facts: Facts): string =>
    facts.globalArn('iam', `${kind}${String(facts.argument('path') ?? '/')}${facts.text('name')}`);

export const IDENTITY: KnownTypes = {
  aws_iam_role: evaluated({
    id: named('name'),
    name: named('name'),
    arn: iam('role'),
    unique_id: opaque('AROA'),
  }),
  aws_iam_role_policy: evaluated({
    id: (facts) => `${facts.text('role')}:${facts.text('name')}`,
    name: named('name'),
  }),
  aws_iam_role_policies_exclusive: listed({ id: named('role_name') }),
  aws_iam_role_policy_attachments_exclusive: listed({ id: named('role_name') }),
  aws_iam_role_policy_attachment: evaluated({ id: opaque('attachment') }),
  aws_iam_policy: evaluated({ id: iam('policy'), arn: iam('policy'), name: named('name') }),
  aws_iam_instance_profile: evaluated({
    id: named('name'),
    name: named('name'),
    arn: iam('instance-profile'),
    unique_id: opaque('AIPA'),
  }),
  aws_iam_service_linked_role: listed({ id: opaque('slr'), arn: opaque('slr') }),
  aws_iam_openid_connect_provider: listed({
    id: (facts) => facts.globalArn('iam', `oidc-provider/${facts.unique}`),
    arn: (facts) => facts.globalArn('iam', `oidc-provider/${facts.unique}`),
  }),
};
