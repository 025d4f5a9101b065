import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { dependable, Fn, TerraformStack, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import type { Grantable } from '../../lib/grants';
import { logicalId } from '../../lib/logical-id';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';

/** AWS Secrets Manager API Reference, "DeleteSecret": days in which a deleted secret can be restored. */
const RECOVERY_DAYS = { shortest: 7, longest: 30 } as const;

/** Letters and digits in a value: 40 of them carry 238 bits, and fit the 128 characters of an RDS password. */
const LENGTH = { default: 40, shortest: 20, longest: 128 } as const;

/** On the version that the plan wrote, for good. */
const OWN_LABEL = 'TERRAFORM';

const EPHEMERAL_TYPE = 'aws_secretsmanager_random_password';

export interface GeneratedSecretProps {
  /** Last part of the secret's name, such as `signing-key`. */
  readonly component: string;
  /** What the value is for. */
  readonly description: string;
  /** Under which the value is kept. */
  readonly encryptionKey: EncryptionKey;
  /** Characters of the generated value, 20 to 128, letters and digits only. Default: 40. */
  readonly length?: number;
  /** Stores the text `{"username": ..., "password": ...}` in place of the bare value. */
  readonly json?: { readonly username: string };
  /** Days in which a deleted secret can be restored, and its name not be used again: 7 to 30, or 0. Default: 30. */
  readonly recoveryDays?: number;
  /** Raised by one, a new value is generated and written everywhere the secret is used. Default: 1. */
  readonly valueVersion?: number;
  /** A key of each other region that has a copy of the secret, its rotations included. Default: none. */
  readonly replicas?: readonly EncryptionKey[];
}

/** The secret as one region has it: servers read the copy of their own. */
export interface RegionalSecret {
  readonly arn: string;
  grantRead(grantee: Grantable): void;
}

/**
 * A secret whose value AWS generates and no Terraform state or plan holds: the value is ephemeral, and is handed on
 * through write-only arguments alone. It is written when it is new or when `valueVersion` rises; all other runs
 * generate a value that nobody takes.
 */
export class GeneratedSecret extends Construct implements RegionalSecret {
  readonly arn: string;
  /** For write-only arguments of the same stack, beside `valueVersion` as their version. */
  readonly valueReference: string;
  readonly valueVersion: number;
  private readonly component: string;
  private readonly key: EncryptionKey;
  private readonly replicas: readonly EncryptionKey[];
  /** The value that the plan writes; what goes on with the secret depends on it. */
  readonly firstValue: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    super(scope, id);
    const { length = LENGTH.default, recoveryDays = RECOVERY_DAYS.longest, valueVersion = 1 } = props;
    check(this.node.path, { length, recoveryDays });
    this.component = props.component;
    this.key = props.encryptionKey;
    this.replicas = props.replicas ?? [];
    this.valueVersion = valueVersion;

    const stack = TerraformStack.of(this);
    const ephemeralId = logicalId(stack, this);
    // cdktf 0.21 has no class for ephemeral resources. Letters and digits alone need no quoting in a URL, in JSON or in
    // a shell, and have none of the characters that RDS refuses in a master password.
    stack.addOverride(`ephemeral.${EPHEMERAL_TYPE}.${ephemeralId}`, {
      password_length: length,
      exclude_punctuation: true,
    });
    this.valueReference = `\${ephemeral.${EPHEMERAL_TYPE}.${ephemeralId}.random_password}`;

    const secret = new SecretsmanagerSecret(this, 'secret', {
      name: Names.of(this).path('secret', props.component),
      description: props.description,
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: recoveryDays,
      ...(this.replicas.length > 0
        ? { replica: this.replicas.map(({ region, arn }) => ({ region, kmsKeyId: arn })) }
        : {}),
    });
    this.firstValue = new SecretsmanagerSecretVersion(this, 'value', {
      secretId: secret.id,
      secretStringWo: props.json
        ? JSON.stringify({ username: props.json.username, password: this.valueReference })
        : this.valueReference,
      secretStringWoVersion: valueVersion,
      // A version that rotations have taken every label from may be deleted, and the next plan would write a value that
      // nothing was told (AWS Secrets Manager API Reference, "UpdateSecretVersionStage"). Its own label keeps it; where
      // AWSCURRENT is after the first day is not the plan's matter.
      versionStages: ['AWSCURRENT', OWN_LABEL],
      lifecycle: { ignoreChanges: ['version_stages'] },
    });
    this.arn = secret.arn;
  }

  /**
   * Stores the value only after a resource took it. A creation that fails half way is repeated with another value;
   * stored first, the secret would keep one that the resource never got.
   */
  storeAfter(resource: ITerraformDependable): void {
    this.firstValue.dependsOn = [...(this.firstValue.dependsOn ?? []), dependable(resource)];
  }

  /** Lets a function give the secret new values, and read those in force and before. */
  grantRotate(grantee: Grantable): void {
    grantee.grant(`rotate-${this.component}`, [
      {
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        resources: [this.arn],
      },
      this.key.statement('secretsmanager', 'both'),
      // Whoever replicates a value encrypts it there (AWS Secrets Manager API Reference, "ReplicateSecretToRegions").
      ...this.replicas.map((key) => key.statement('secretsmanager', 'replica')),
    ]);
  }

  grantRead(grantee: Grantable): void {
    this.in(placeOf(this).region).grantRead(grantee);
  }

  /**
   * The secret of a region: itself, or its copy there, whose ARN differs in the region alone (AWS Secrets Manager User Guide,
   * "Replicate AWS Secrets Manager secrets across Regions").
   */
  in(region: string): RegionalSecret {
    const { region: own, account } = placeOf(this);
    const key = region === own ? this.key : this.replicas.find((replica) => replica.region === region);
    if (!key) throw new Error(`${this.node.path} has no copy in ${region}`);
    const name = Names.of(this).path('secret', this.component);
    const [arn, exact] =
      region === own
        ? [this.arn, this.arn]
        : [
            Fn.replace(this.arn, `:${own}:`, `:${region}:`),
            // Six characters that the service chooses (the same guide, "Identity-based policies"): a function's quotation marks
            // have no place in the JSON text of a policy.
            `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`,
          ];
    return {
      arn,
      grantRead: (grantee) =>
        grantee.grant(`read-${this.component}`, [
          { actions: ['secretsmanager:GetSecretValue'], resources: [exact] },
          key.statement('secretsmanager', 'read'),
        ]),
    };
  }
}

function check(where: string, { length, recoveryDays }: { length: number; recoveryDays: number }): void {
  if (!Number.isInteger(length) || length < LENGTH.shortest || length > LENGTH.longest) {
    throw new ConfigurationError([
      {
        where: `${where}.length`,
        received: length,
        allowed: `${LENGTH.shortest} to ${LENGTH.longest} characters`,
        fix: `leave it out for ${LENGTH.default}`,
      },
    ]);
  }
  const { shortest, longest } = RECOVERY_DAYS;
  if (
    recoveryDays !== 0 &&
    !(Number.isInteger(recoveryDays) && recoveryDays >= shortest && recoveryDays <= longest)
  ) {
    throw new ConfigurationError([
      {
        where: `${where}.recoveryDays`,
        received: recoveryDays,
        allowed: `0, or ${shortest} to ${longest} days`,
        fix: `leave it out for ${longest}`,
      },
    ]);
  }
}
