import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Eip } from '@cdktf/provider-aws/lib/eip';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import { NetworkInterface } from '@cdktf/provider-aws/lib/network-interface';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VolumeAttachment } from '@cdktf/provider-aws/lib/volume-attachment';
import { Fn, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import type { Grantable, Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { costTags } from '../../lib/tags';
import type { InstanceRole } from '../instance-role';
import type { Network } from '../network';
import { serverUserData, type ServerSetup } from './set-up';

export interface OneServerProps {
  readonly network: Network;
  readonly instanceType: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly role: InstanceRole;
  readonly setup: ServerSetup;
  /** Volume of the database, in the first zone of the network. Default: none; the database is elsewhere. */
  readonly dataVolume?: { readonly volumeId: string };
  /** Size of the root volume in gibibytes. Default: 20. */
  readonly volumeSize?: number;
  /** What must exist before the server starts. Default: nothing. */
  readonly prerequisites?: readonly ITerraformDependable[];
}

/** Amazon Linux 2023 User Guide, "Get started with AL2023 on Amazon EC2": public parameters with the newest image. */
const IMAGES = {
  arm64: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
  x86_64: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
} as const;

/** What the volume is attached as; on the Nitro System the machine itself finds it by the volume's id. */
const DATA_DEVICE = '/dev/sdf';

/**
 * One machine with an address that stays: its network interface and its data volume outlive it, so that it can be replaced
 * as a whole. It takes requests from the internet itself, on 80 and 443.
 */
export class OneServer extends Construct implements Connectable, Grantable {
  readonly connections: Connections;
  readonly address: string;
  readonly instanceId: string;
  private readonly role: InstanceRole;

  constructor(scope: Construct, id: string, props: OneServerProps) {
    super(scope, id);
    const { network } = props;
    this.role = props.role;
    const name = Names.of(this).regional('securityGroup', 'server');
    const tags = { Name: name, ...costTags(this, 'server') };

    const securityGroup = new SecurityGroup(this, 'security-group', {
      name,
      description: 'The one server',
      vpcId: network.vpc.id,
      tags: { Name: name },
    });
    this.connections = new Connections(this, { label: 'server', securityGroup });
    this.connections.allowFromInternet(443);
    this.connections.allowFromInternet(80);
    // AWS, the packages of the system, and the authority of its certificate.
    this.connections.allowToInternet();

    const networkInterface = new NetworkInterface(this, 'interface', {
      subnetId: network.subnetIds('public')[0]!,
      securityGroups: [securityGroup.id],
      description: 'The one server, whichever machine it is',
      tags,
    });
    const address = new Eip(this, 'address', {
      domain: 'vpc',
      networkInterface: networkInterface.id,
      tags,
    });
    this.address = address.publicIp;

    const image = new DataAwsSsmParameter(this, 'image', { name: IMAGES[props.architecture] });
    const server = new Instance(this, 'machine', {
      ami: image.insecureValue,
      instanceType: props.instanceType,
      iamInstanceProfile: props.role.instanceProfile.name,
      primaryNetworkInterface: { networkInterfaceId: networkInterface.id },
      userDataBase64: Fn.base64encode(serverUserData(props.setup)),
      // What it is told at its start, it hears at its start only.
      userDataReplaceOnChange: true,
      monitoring: true,
      // Amazon EC2 User Guide, "Automatic instance recovery": moved to other hardware, with its address and volumes.
      maintenanceOptions: { autoRecovery: 'default' },
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        volumeType: 'gp3',
        volumeSize: props.volumeSize ?? 20,
        encrypted: true,
        deleteOnTermination: true,
        tags,
      },
      tags,
      // Amazon's next image replaces no machine; a change of what it is told does, on the newest one.
      lifecycle: { ignoreChanges: ['ami'] },
      // Without its address it reaches nothing that it is set up from.
      dependsOn: [address, ...(props.prerequisites ?? [])],
    });
    this.instanceId = server.id;

    if (props.dataVolume) {
      new VolumeAttachment(this, 'data', {
        deviceName: DATA_DEVICE,
        volumeId: props.dataVolume.volumeId,
        instanceId: server.id,
        // A volume in use would be torn from under its file system.
        stopInstanceBeforeDetaching: true,
      });
    }
  }

  /** Gives the permissions to the role of the server. */
  grant(id: string, statements: readonly Statement[]): void {
    this.role.grant(id, statements);
  }
}
