/** One statement of an identity policy; resources are exact ARNs, or ARNs with a path below one resource. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Something that can be given permissions: it turns statements into a policy of its own role. */
export interface Grantable {
  /** `id` names the policy within the role, such as `send-to-jobs`; each id once. */
  grant(id: string, statements: readonly Statement[]): void;
}

/** The JSON text of a policy document. References in ARNs stay references in the synthesized text. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Effect: 'Allow',
      Action: statement.actions,
      Resource: statement.resources,
      ...(statement.conditions ? { Condition: statement.conditions } : {}),
    })),
  });
}

/** For whom a service assumes a role: it cannot be talked into doing so for another account or resource. */
export type OnBehalfOf =
  | {
      /** For services that send it beside the source. */
      readonly account?: string;
      /** An ARN, or a pattern of ARNs, with the account in it. */
      readonly sourceArn: string;
    }
  | { readonly externalId: string };

/** The trust policy that lets an AWS service assume a role. Without `onBehalfOf` for whatever it does in the account. */
export function trustedBy(service: string, onBehalfOf?: OnBehalfOf): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(onBehalfOf ? { Condition: sourceCondition(onBehalfOf) } : {}),
      },
    ],
  });
}

function sourceCondition(source: OnBehalfOf): object {
  if ('externalId' in source) return { StringEquals: { 'sts:ExternalId': source.externalId } };
  return {
    ...(source.account ? { StringEquals: { 'aws:SourceAccount': source.account } } : {}),
    ArnLike: { 'aws:SourceArn': source.sourceArn },
  };
}
