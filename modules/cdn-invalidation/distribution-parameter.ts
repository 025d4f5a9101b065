import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

/** Last part of the parameter's name; the edge makes it, in us-east-1. */
export const DISTRIBUTION_PARAMETER = 'cdn-distribution';

export interface DistributionParameterProps {
  readonly distributionId: string;
}

/** Names the distribution to servers of regions, which are applied before it. */
export class DistributionParameter extends Construct {
  constructor(scope: Construct, id: string, { distributionId }: DistributionParameterProps) {
    super(scope, id);
    new SsmParameter(this, 'parameter', {
      name: Names.of(this).path('parameter', DISTRIBUTION_PARAMETER),
      description: 'Distribution that the service takes changed pages out of',
      type: 'String',
      tier: 'Standard',
      value: distributionId,
    });
  }
}
