import { CloudwatchLogDelivery } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery';
import { CloudwatchLogDeliveryDestination } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination';
import { CloudwatchLogDeliverySource } from '@cdktf/provider-aws/lib/cloudwatch-log-delivery-source';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

export interface AccessLogsProps {
  readonly distributionArn: string;
  /** Bucket whose policy lets the log delivery service of CloudWatch write. */
  readonly bucket: { readonly arn: string };
}

/**
 * CloudFront's standard logs (v2), a line for every request. The older way, `logging_config`, writes through an ACL and
 * so needs a bucket that has ACLs turned back on; this one needs a bucket policy only. They go to a bucket and not to a
 * log group because the busiest tier writes the most lines, and a log group charges for every one.
 */
export class AccessLogs extends Construct {
  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    const name = Names.of(this).regional('logDelivery', 'cdn');
    const source = new CloudwatchLogDeliverySource(this, 'source', {
      name,
      logType: 'ACCESS_LOGS',
      resourceArn: props.distributionArn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, 'destination', {
      name,
      outputFormat: 'json',
      deliveryDestinationConfiguration: [{ destinationResourceArn: props.bucket.arn }],
    });
    new CloudwatchLogDelivery(this, 'delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      // No suffix_path: up to 6.32 the provider reads it back with the service's own prefix in front, plans a change every
      // time and takes the prefix away with it. The objects lie below AWSLogs/<account>/CloudFront, the hour in their names.
    });
  }
}
