import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Lazy, LocalBackend, S3Backend, TerraformOutput, TerraformStack, type TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';
import { decisionsOf } from '../lib/decisions';
import { logicalId } from '../lib/logical-id';
import { setPlace } from '../lib/place';
import type { Environment } from '../deployments/schema';

export interface TiersStackProps {
  readonly environment: Environment;
  readonly region: string;
}

/** How cdktf names the outputs that it makes for references between stacks. */
const CROSS_STACK = 'cross-stack-output-';

/**
 * One Terraform state: its provider, bound to one account; its backend; and the output that lists every safe default
 * that was turned off, with the reason.
 */
export abstract class TiersStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: TiersStackProps) {
    super(scope, id);
    const { project, environment, account } = props.environment;
    setPlace(this, { project, environment, region: props.region, account });
    new AwsProvider(this, 'aws', {
      region: props.region,
      allowedAccountIds: [account],
      defaultTags: [{ tags: { Project: project, Environment: environment, Stack: id } }],
    });
    this.keepState(props.environment);
    new TerraformOutput(this, 'decisions', {
      staticId: true,
      description: 'Safe defaults that are turned off in this stack, and why',
      value: Lazy.anyValue({ produce: () => decisionsOf(this) }),
    }).overrideLogicalId('tiers_decisions');
  }

  override toTerraform(): unknown {
    for (const output of this.node.children) {
      if (!TerraformOutput.isTerraformOutput(output) || !output.node.id.startsWith(CROSS_STACK)) continue;
      output.description = `${output.node.id.slice(CROSS_STACK.length)}, read by other stacks`;
      // cdktf marks all of them, which hides every id in every plan. Terraform refuses an output whose value is sensitive
      // and that is not marked, so no secret passes here unseen.
      output.sensitive = undefined;
    }
    return super.toTerraform() as unknown;
  }

  /** A value that people, or commands of docs/first-deploy.md, read with `terraform output`. */
  protected publish(name: string, description: string, value: string | string[]): void {
    new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
  }

  /** Addresses are the construct's path, readable in a plan; see lib/logical-id.ts. */
  protected override allocateLogicalId(element: TerraformElement): string {
    return logicalId(this, element);
  }

  private keepState({ state, project, environment }: Environment): void {
    if (state.backend === 'local') {
      // Relative to cdktf.out/stacks/<stack>, where Terraform runs: an absolute path would tie the output to one folder.
      new LocalBackend(this, { path: `../../../state/${this.node.id}.tfstate` });
      return;
    }
    new S3Backend(this, {
      bucket: state.bucket,
      region: state.region,
      key: `${project}/${environment}/${this.node.id}.tfstate`,
      encrypt: true,
    });
    // S3Backend of cdktf 0.21 has no property for the native lock.
    this.addOverride('terraform.backend.s3.use_lockfile', true);
  }
}
