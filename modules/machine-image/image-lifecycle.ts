import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { ImagebuilderLifecyclePolicy } from '@cdktf/provider-aws/lib/imagebuilder-lifecycle-policy';
import { Construct } from 'constructs';
import { trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';

/** Tag of image resources that a plan holds: their launch templates name them for as long as the stack is there. */
export const KEPT = { Kept: 'by the plan' } as const;

/** Tag of AMIs that a release has moved fleets to (docs/image.md). */
export const IN_USE = { InUse: 'yes' } as const;

/** An image this old has been replaced some twelve times. */
const AGE_DAYS = 90;
/** Beside all exclusions, so many stay to go back to. */
const AT_LEAST = 8;

export interface ImageLifecycleProps {
  readonly recipeName: string;
  /** Three numbers: the provider refuses wildcards (hashicorp/terraform-provider-aws, issue 47439). */
  readonly recipeVersion: string;
}

/**
 * Removes old images of a recipe with their AMIs and snapshots, and never one in use: not what a plan holds, not what a
 * release has marked, and nothing that an instance was launched from within the same time (EC2 Image Builder User Guide,
 * "How lifecycle management rules work for Image Builder image resources").
 */
export class ImageLifecycle extends Construct {
  constructor(scope: Construct, id: string, { recipeName, recipeVersion }: ImageLifecycleProps) {
    super(scope, id);
    const names = Names.of(this);
    const role = new IamRole(this, 'role', {
      name: names.account('role', 'image-lifecycle'),
      description: 'Image Builder: removes old images',
      assumeRolePolicy: trustedBy('imagebuilder.amazonaws.com'),
    });
    // It reaches only what carries the tag CreatedBy of Image Builder.
    const permissions = new IamRolePolicyAttachment(this, 'permissions', {
      role: role.name,
      policyArn: 'arn:aws:iam::aws:policy/service-role/EC2ImageBuilderLifecycleExecutionPolicy',
    });
    new ImagebuilderLifecyclePolicy(this, 'policy', {
      name: names.regional('imageBuilder', 'server'),
      description: `Removes images of ${AGE_DAYS} days that nothing uses`,
      executionRole: role.arn,
      resourceType: 'AMI_IMAGE',
      status: 'ENABLED',
      policyDetail: [
        {
          action: [{ type: 'DELETE', includeResources: [{ amis: true, snapshots: true }] }],
          filter: [{ type: 'AGE', value: AGE_DAYS, unit: 'DAYS', retainAtLeast: AT_LEAST }],
          exclusionRules: [
            {
              tagMap: { ...KEPT },
              amis: [
                {
                  // Left out, the provider finds another value after the apply than it planned (issue 43752).
                  isPublic: false,
                  tagMap: { ...IN_USE },
                  lastLaunched: [{ unit: 'DAYS', value: AGE_DAYS }],
                },
              ],
            },
          ],
        },
      ],
      resourceSelection: [{ recipe: [{ name: recipeName, semanticVersion: recipeVersion }] }],
      dependsOn: [permissions],
    });
  }
}
