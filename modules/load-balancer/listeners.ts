import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { Construct } from 'constructs';

export interface ListenersProps {
  readonly loadBalancerArn: string;
  readonly certificateArn: string;
  readonly targetGroupArn: string;
}

/**
 * TLS 1.3 and 1.2 with forward secrecy, and hybrid post-quantum key exchange where the client offers it: the policy that
 * Elastic Load Balancing recommends ("Security policies for your Application Load Balancer").
 */
export const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';

/** Port 443 forwards to the targets; port 80 only sends clients to 443. */
export class Listeners extends Construct {
  readonly https: LbListener;

  constructor(scope: Construct, id: string, props: ListenersProps) {
    super(scope, id);
    this.https = new LbListener(this, 'https', {
      loadBalancerArn: props.loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      certificateArn: props.certificateArn,
      defaultAction: [{ type: 'forward', targetGroupArn: props.targetGroupArn }],
    });
    new LbListener(this, 'http', {
      loadBalancerArn: props.loadBalancerArn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [
        { type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } },
      ],
    });
  }
}
