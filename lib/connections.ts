import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { Construct } from 'constructs';

/** Something that takes or opens network connections. */
export interface Connectable {
  readonly connections: Connections;
}

export interface ConnectionsProps {
  /** What the rules' descriptions call this side, such as `web fleet`. */
  readonly label: string;
  readonly securityGroup: SecurityGroup;
  /** TCP port that this side listens on; none where it only opens connections. */
  readonly port?: number;
}

/**
 * The security group of one construct, and the only way to open it. Rules are resources of their own; both sides of a
 * connection are declared below the side that opens it, so that a stack never has to know the stacks built on it.
 */
export class Connections {
  readonly securityGroup: SecurityGroup;
  readonly port?: number;
  readonly label: string;

  constructor(
    private readonly scope: Construct,
    props: ConnectionsProps,
  ) {
    this.securityGroup = props.securityGroup;
    this.port = props.port;
    this.label = props.label;
  }

  /** Lets this side open TCP connections to the other's port: egress here, ingress there. */
  allowTo(other: Connectable): void {
    const { connections } = other;
    if (connections.port === undefined) {
      throw new Error(
        `${this.scope.node.path}: cannot connect to ${connections.label}, which listens on no port`,
      );
    }
    const port = connections.port;
    const id = slug(connections.label);
    new VpcSecurityGroupEgressRule(this.scope, `to-${id}`, {
      securityGroupId: this.securityGroup.id,
      description: `${this.label} to ${connections.label}`,
      referencedSecurityGroupId: connections.securityGroup.id,
      ...tcp(port),
    });
    new VpcSecurityGroupIngressRule(this.scope, `${id}-from-here`, {
      securityGroupId: connections.securityGroup.id,
      description: `${connections.label} from ${this.label}`,
      referencedSecurityGroupId: this.securityGroup.id,
      ...tcp(port),
    });
  }

  /** The same connection, written from the side that takes it. */
  allowFrom(other: Connectable): void {
    other.connections.allowTo({ connections: this });
  }

  /** Lets everybody on the internet connect to a port of this side. Only the edge of the system calls it. */
  allowFromInternet(port: number): void {
    new VpcSecurityGroupIngressRule(this.scope, `from-internet-${port}`, {
      securityGroupId: this.securityGroup.id,
      description: `${this.label} from the internet`,
      cidrIpv4: '0.0.0.0/0',
      ...tcp(port),
    });
  }

  /** Lets this side open HTTPS connections to anywhere, for what is reached through NAT. Once is enough, whatever for. */
  allowToInternet(what = 'AWS endpoints'): void {
    if (this.scope.node.tryFindChild('to-internet')) return;
    new VpcSecurityGroupEgressRule(this.scope, 'to-internet', {
      securityGroupId: this.securityGroup.id,
      description: `${this.label} to ${what} through NAT`,
      cidrIpv4: '0.0.0.0/0',
      ...tcp(443),
    });
  }

  /** Lets this side open HTTPS connections to a managed prefix list, such as the one of a gateway endpoint. */
  allowToPrefixList(label: string, prefixListId: string): void {
    new VpcSecurityGroupEgressRule(this.scope, `to-${slug(label)}`, {
      securityGroupId: this.securityGroup.id,
      description: `${this.label} to ${label}`,
      prefixListId,
      ...tcp(443),
    });
  }
}

function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}

function slug(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
