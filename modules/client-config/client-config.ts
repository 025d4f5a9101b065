import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';

/** AWS Systems Manager User Guide, "Managing parameter tiers": bytes that a parameter of the standard tier holds. */
export const STANDARD_PARAMETER_BYTES = 4096;

export interface ClientConfigProps {
  /** Last part of the parameter's name, such as `client-config`. */
  readonly component: string;
  /** The value that the parameter starts with; at most 4,096 bytes as JSON. */
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Settings of the clients that change without a deployment, as JSON in a parameter that the service polls. Terraform
 * creates the parameter; its value belongs to whoever runs the service, and plans leave it alone.
 */
export class ClientConfig extends Construct {
  readonly parameterName: string;
  private readonly component: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, props: ClientConfigProps) {
    super(scope, id);
    this.component = props.component;
    const parameter = new SsmParameter(this, 'parameter', {
      name: Names.of(this).path('parameter', props.component),
      description: 'Settings of the clients; edited at run time',
      type: 'String',
      tier: 'Standard',
      value: encode(this.node.path, props.value),
      lifecycle: { ignoreChanges: ['value'] },
    });
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
  }

  grantRead(grantee: Grantable): void {
    grantee.grant(`read-${this.component}`, [{ actions: ['ssm:GetParameter'], resources: [this.arn] }]);
  }
}

function encode(where: string, value: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > STANDARD_PARAMETER_BYTES) {
    throw new ConfigurationError([
      {
        where: `${where}.value`,
        received: `${bytes} bytes of JSON`,
        allowed: `${STANDARD_PARAMETER_BYTES} bytes`,
        fix: 'move what is long to the asset bucket and keep its key here',
      },
    ]);
  }
  // Terraform would read ${ and %{ as its own, and Parameter Store takes {{ for a reference to another parameter.
  const mark = ['${', '%{', '{{'].find((sequence) => text.includes(sequence));
  if (mark) {
    throw new ConfigurationError([
      {
        where: `${where}.value`,
        received: value,
        allowed: 'text without ${, %{ and {{',
        fix: `take ${mark} out of the value`,
      },
    ]);
  }
  return text;
}
