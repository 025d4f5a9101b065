import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Lazy, LocalBackend, S3Backend, TerraformOutput, TerraformStack, type TerraformElement } from 'cdktf';
import type { Construct } from 'constructs';
import { decisionsOf, holds } from '../lib/decisions';
import { deployRoleName } from '../lib/deploy-role';
import { logicalId } from '../lib/logical-id';
import { Names } from '../lib/naming';
import { setPlace } from '../lib/place';
import { costTags } from '../lib/tags';
import type { Environment } from '../deployments/schema';

export interface TiersStackProps {
  readonly environment: Environment;
  readonly region: string;
  /** It is applied before there is a bucket for states or a role to take: by a person, with a state in a local file. */
  readonly bootstrap?: boolean;
}

/** Last part of the name of the bucket that an environment makes for its states. */
export const STATE_COMPONENT = 'states';

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
    // Said once for the whole stack, too: keys, queues and log groups have no protection of their own that could be off.
    holds(this, 'deletionProtection', props.environment.deletionProtection);
    const role = props.bootstrap ? undefined : deployRoleOf(props.environment);
    new AwsProvider(this, 'aws', {
      region: props.region,
      // Whoever is signed in to another account is refused before anything is read or changed.
      allowedAccountIds: [account],
      ...(role ? { assumeRole: [{ roleArn: role }] } : {}),
      defaultTags: [{ tags: costTags(this) }],
    });
    if (props.bootstrap) this.keepLocalState();
    else this.keepState(props.environment);
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

  /** Why each role of this stack has its hardware; tags name the role `Component`. */
  protected publishHardware(reasons: Readonly<Record<string, string>>): void {
    const description = 'Why each role of this stack has its hardware';
    new TerraformOutput(this, 'hardware', { value: reasons, description }).overrideLogicalId(
      'tiers_hardware',
    );
  }

  /** Addresses are the construct's path, readable in a plan; see lib/logical-id.ts. */
  protected override allocateLogicalId(element: TerraformElement): string {
    return logicalId(this, element);
  }

  private keepState(environment: Environment): void {
    const { state, project, account } = environment;
    if (state.backend === 'local') return this.keepLocalState();
    const role = deployRoleOf(environment);
    const region = state.region;
    new S3Backend(this, {
      bucket: state.backend === 's3' ? state.bucket : ownBucket(environment, region),
      region,
      key: `${project}/${environment.environment}/${this.node.id}.tfstate`,
      encrypt: true,
      ...(role ? { assumeRole: { roleArn: role } } : {}),
    });
    // S3Backend of cdktf 0.21 has no properties for the native lock and for the account, which is refused here too: the state is
    // read before any provider is configured.
    this.addOverride('terraform.backend.s3.use_lockfile', true);
    this.addOverride('terraform.backend.s3.allowed_account_ids', [account]);
  }

  private keepLocalState(): void {
    // Relative to cdktf.out/stacks/<stack>, where Terraform runs: an absolute path would tie the output to one folder.
    new LocalBackend(this, { path: `../../../state/${this.node.id}.tfstate` });
  }
}

/** The role that Terraform takes where the environment's bootstrap made it; elsewhere it works as whoever calls it. */
function deployRoleOf(environment: Environment): string | undefined {
  if (environment.state.backend !== 'own') return undefined;
  return `arn:aws:iam::${environment.account}:role/${deployRoleName(environment)}`;
}

function ownBucket({ project, environment, account }: Environment, region: string): string {
  return new Names({ project, environment, region, account }).bucket(STATE_COMPONENT);
}
