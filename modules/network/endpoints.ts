import type { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import type { Subnet } from '@cdktf/provider-aws/lib/subnet';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import { holds, type Safeguard } from '../../lib/decisions';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';

/** What instances call beside S3 and DynamoDB: queue, topic, secrets, parameters and sessions, logs and metrics. */
const INTERFACE_SERVICES = [
  'sqs',
  'sns',
  'secretsmanager',
  'ssm',
  'ssmmessages',
  'ec2messages',
  'logs',
  'monitoring',
] as const;

/** Services whose endpoints are routes; they cost nothing. */
const GATEWAY_SERVICES = ['s3', 'dynamodb'] as const;

/**
 * Services whose endpoints are for credentials of this account alone, so that nothing is carried out through them under
 * those of another one (AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"). S3 is left
 * open, where machines fetch packages and agents from buckets of AWS without credentials; so are the three of Systems
 * Manager, which take instances only.
 */
const OWN_CREDENTIALS: readonly string[] = ['dynamodb', 'sqs', 'sns', 'secretsmanager', 'logs', 'monitoring'];

export interface EndpointsProps {
  readonly vpc: Vpc;
  /** One subnet per zone for the endpoints' network interfaces. */
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly interfaceEndpoints?: Safeguard;
}

/** Private ways to the AWS services that instances call. */
export class Endpoints extends Construct {
  private readonly gateways: readonly { service: string; endpoint: VpcEndpoint }[];
  private readonly connections?: Connections;

  constructor(scope: Construct, id: string, props: EndpointsProps) {
    super(scope, id);
    const { region } = placeOf(this);
    const name = Names.of(this).regional('securityGroup', 'endpoints');
    this.gateways = GATEWAY_SERVICES.map((service) => ({
      service,
      endpoint: new VpcEndpoint(this, service, {
        vpcId: props.vpc.id,
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${region}.${service}`,
        routeTableIds: props.routeTables.map((table) => table.id),
        policy: this.policyOf(service),
        tags: { Name: `${name}-${service}` },
      }),
    }));
    if (!holds(this, 'interfaceEndpoints', props.interfaceEndpoints)) return;

    const securityGroup = new SecurityGroup(this, 'security-group', {
      name,
      description: 'Interface endpoints of AWS services',
      vpcId: props.vpc.id,
      tags: { Name: name },
    });
    this.connections = new Connections(this, { label: 'AWS endpoints', securityGroup, port: 443 });
    for (const service of INTERFACE_SERVICES) {
      new VpcEndpoint(this, service, {
        vpcId: props.vpc.id,
        vpcEndpointType: 'Interface',
        serviceName: `com.amazonaws.${region}.${service}`,
        privateDnsEnabled: true,
        subnetIds: props.subnets.map((subnet) => subnet.id),
        securityGroupIds: [securityGroup.id],
        policy: this.policyOf(service),
        tags: { Name: `${name}-${service}` },
      });
    }
  }

  private policyOf(service: string): string | undefined {
    if (!OWN_CREDENTIALS.includes(service)) return undefined;
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalAccount': placeOf(this).account } },
        },
      ],
    });
  }

  /** Opens the endpoints to a client; without interface endpoints it may call AWS through NAT. */
  allowFrom(client: Connectable): void {
    for (const { service, endpoint } of this.gateways) {
      client.connections.allowToPrefixList(`${service} gateway endpoint`, endpoint.prefixListId);
    }
    if (this.connections) client.connections.allowTo({ connections: this.connections });
    else client.connections.allowToInternet();
  }
}
