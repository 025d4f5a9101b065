import { ImagebuilderInfrastructureConfiguration } from '@cdktf/provider-aws/lib/imagebuilder-infrastructure-configuration';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import { Names } from '../../lib/naming';
import { costTags } from '../../lib/tags';
import { InstanceRole } from '../instance-role';
import type { Network } from '../network';
import type { ArtifactBucket } from './machine-image';

export interface BuildMachineProps {
  readonly network: Network;
  readonly artifactBucket: ArtifactBucket;
  /** Image Builder takes the first type that the zone has. */
  readonly instanceTypes: readonly string[];
}

/** What Image Builder runs a build and its tests on: a machine that nobody can reach and that ends by itself. */
export class BuildMachine extends Construct implements Connectable {
  readonly connections: Connections;
  readonly configuration: ImagebuilderInfrastructureConfiguration;
  private readonly role: InstanceRole;

  constructor(scope: Construct, id: string, props: BuildMachineProps) {
    super(scope, id);
    const { network } = props;
    const names = Names.of(this);
    const name = names.regional('securityGroup', 'image-build');
    const securityGroup = new SecurityGroup(this, 'security-group', {
      name,
      description: 'Machines that build and test images',
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    this.connections = new Connections(this, { label: 'image build', securityGroup });
    network.allowAwsApis(this);
    // Packages of the distribution, the certificates of RDS and Image Builder itself have no endpoint in the VPC.
    this.connections.allowToInternet();

    this.role = new InstanceRole(this, 'role', {
      component: 'image-build',
      // EC2 Image Builder User Guide, "Prerequisites": both, as it works through Run Command.
      managedPolicies: ['AmazonSSMManagedInstanceCore', 'EC2InstanceProfileForImageBuilder'],
    });
    props.artifactBucket.grantReadVersions(this.role, 'service/');

    this.configuration = new ImagebuilderInfrastructureConfiguration(this, 'configuration', {
      name: names.regional('imageBuilder', 'server'),
      instanceProfileName: this.role.instanceProfile.name,
      instanceTypes: [...props.instanceTypes],
      subnetId: network.subnetIds('app')[0]!,
      securityGroupIds: [securityGroup.id],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      terminateInstanceOnFailure: true,
      // The provider's default tags do not reach what a build launches.
      resourceTags: { Name: name, ...costTags(this) },
    });
  }

  /** What a build needs beside its configuration: the role's policies and the rules of the security group. */
  prerequisites(): TerraformResource[] {
    return this.node
      .findAll()
      .filter((child): child is TerraformResource => TerraformResource.isTerraformResource(child));
  }
}
