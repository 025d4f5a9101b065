import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { cloudConfig, type UserData } from '../../lib/user-data';

export interface FleetTemplateProps {
  readonly component: string;
  /** Literal id, or a reference to one; never `resolve:ssm:`, which an instance refresh can't roll back. */
  readonly imageId: string;
  readonly instanceType: string;
  readonly userData: UserData;
  readonly instanceProfileArn: string;
  readonly securityGroupId: string;
  /** Size of the root volume in gibibytes. */
  readonly volumeSize: number;
  /** What volumes and network interfaces are tagged with; instances get theirs from the group. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What one instance of a fleet is launched from. */
export class FleetTemplate extends Construct {
  readonly template: LaunchTemplate;

  constructor(scope: Construct, id: string, props: FleetTemplateProps) {
    super(scope, id);
    this.template = new LaunchTemplate(this, 'template', {
      name: Names.of(this).regional('launchTemplate', props.component),
      imageId: props.imageId,
      instanceType: props.instanceType,
      userData: Fn.base64encode(cloudConfig(props.userData)),
      vpcSecurityGroupIds: [props.securityGroupId],
      iamInstanceProfile: { arn: props.instanceProfileArn },
      monitoring: { enabled: true },
      // Sessions only, and no container or proxy one hop further can fetch the role's credentials.
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          // The root device of Amazon Linux 2023.
          deviceName: '/dev/xvda',
          ebs: {
            volumeType: 'gp3',
            volumeSize: props.volumeSize,
            encrypted: 'true',
            deleteOnTermination: 'true',
          },
        },
      ],
      tagSpecifications: ['volume', 'network-interface'].map((resourceType) => ({
        resourceType,
        tags: { ...props.tags },
      })),
      // A release adds a version with its own image; the provider reads the latest one and would put the first image back.
      lifecycle: { ignoreChanges: ['image_id'] },
    });
  }
}
