import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import type { Grantable } from '../../lib/grants';
import { Names } from '../../lib/naming';

export interface WriterRegionProps {
  /** Region that takes the writes when the parameter is made. */
  readonly region: string;
}

/**
 * Which region takes the writes, in a parameter of each region that its service polls: a promotion happens while things run, so the
 * value is changed there first and plans leave it alone (docs/runbooks/region-lost.md).
 */
export class WriterRegion extends Construct {
  readonly parameterName: string;
  private readonly arn: string;

  constructor(scope: Construct, id: string, { region }: WriterRegionProps) {
    super(scope, id);
    const parameter = new SsmParameter(this, 'parameter', {
      name: Names.of(this).path('parameter', 'writer-region'),
      description: 'Region that takes the writes; changed at run time when another one is promoted',
      type: 'String',
      tier: 'Standard',
      value: region,
      allowedPattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      lifecycle: { ignoreChanges: ['value'] },
    });
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
  }

  grantRead(grantee: Grantable): void {
    grantee.grant('read-writer-region', [{ actions: ['ssm:GetParameter'], resources: [this.arn] }]);
  }
}
