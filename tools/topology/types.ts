/** A value as JSON has it: what arguments hold, and what expressions evaluate to. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Where in a resource: `'health_check.path'`, or the parts themselves (numbers index lists). */
export type ArgumentPath = string | readonly (string | number)[];

export type Mode = 'managed' | 'data' | 'ephemeral';

/** One resource, data source or ephemeral block of one stack, as synthesized. */
export interface Resource {
  /** Name of the stack, e.g. `local-us-east-1-app`. */
  readonly stack: string;
  /** Terraform address in its stack: `aws_lb.web`, `data.aws_region.here`, `ephemeral.random_password.x`. */
  readonly address: string;
  /** `<stack>:<address>`, unique over all stacks. */
  readonly globalAddress: string;
  readonly type: string;
  readonly name: string;
  readonly mode: Mode;
  /** Region of the provider configuration that this resource uses. */
  readonly region: string;
  /** Account of its stack (12 digits), put into ARNs. */
  readonly account: string;
  /** Arguments with unevaluated expressions; meta-arguments (lifecycle, depends_on, provider) are apart. */
  readonly arguments: JsonObject;
  readonly meta: JsonObject;
  /** Top-level write-only arguments that are set (`password_wo`): never evaluated, their value is nowhere. */
  readonly writeOnly: readonly string[];
  readonly references: readonly Reference[];
}

/** One reference found in an argument; `target` is the resource of whichever stack really holds the value. */
export interface Reference {
  /** Path of the argument that holds the reference. */
  readonly argument: readonly (string | number)[];
  /** As written, e.g. `aws_sqs_queue.jobs.url` or `data.terraform_remote_state.data.outputs.queue`. */
  readonly text: string;
  /** Global address of the target; undefined if it could not be resolved (then it is in `graph.problems`). */
  readonly target: string | undefined;
  /** Attribute of the target, e.g. `['url']`. */
  readonly attribute: readonly (string | number)[];
}

/** The state a stack is kept in, normalized so that two mentions of one state compare equal. */
export interface Backend {
  readonly type: string;
  /** `local:<file resolved against the stack's folder>`, `s3:<bucket>/<key>`. */
  readonly identity: string;
}

export interface Stack {
  readonly name: string;
  /** Absolute path of the stack's folder (where Terraform runs). */
  readonly folder: string;
  /** Names of the stacks that must be deployed before, from the manifest. */
  readonly dependencies: readonly string[];
  /** Region of the default aws provider. */
  readonly region: string;
  /** The provider's only allowed_account_ids entry, else 000000000000. */
  readonly account: string;
  readonly backend: Backend | undefined;
  /** The whole document cdk.tf.json. */
  readonly document: JsonObject;
}

export type Severity = 'error' | 'warning';

/** Something in the synthesized Terraform that was not understood, or that is refused. */
export interface Problem {
  readonly severity: Severity;
  /** Global address of the resource or `<stack>` itself. */
  readonly address: string;
  /** Argument path, dotted; empty for the resource as a whole. */
  readonly argument: string;
  /** What was found, what is allowed, what to do. */
  readonly message: string;
}

export interface Output {
  readonly stack: string;
  readonly name: string;
  readonly value: Json;
}

export interface Graph {
  /** In deployment order: a stack comes after all that it depends on. */
  readonly stacks: readonly Stack[];
  /** By global address. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly outputs: readonly Output[];
  readonly problems: readonly Problem[];
}

/**
 * Gives a computed attribute (`['address']`, `['arn']`, `['dns_entry', 0, 'dns_name']`) of a resource, or undefined to leave it
 * to the argument of that name and then to the symbolic values.
 */
export type AttributeResolver = (
  resource: Resource,
  attribute: readonly (string | number)[],
) => Json | undefined;

/** A fault found by a check before start. */
export interface Finding {
  readonly severity: Severity;
  /** Global address of the resource to change. */
  readonly address: string;
  readonly message: string;
  /** What to write, in the plan's own terms. */
  readonly fix: string;
}

/** Request context keys of IAM conditions, lower-case insensitive: `{'aws:SecureTransport': 'true'}`. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  /** The role that asks, as a resource of the graph (aws_iam_role). */
  readonly role: Resource;
  /** `sqs:SendMessage`. */
  readonly action: string;
  readonly resourceArn: string;
  readonly context?: RequestContext;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Statements that decided, one line each, naming the resource that holds the statement. */
  readonly because: readonly string[];
  /** Only when refused: which statement would be needed, and on what. */
  readonly missing?: string;
  /** AWS managed policies attached to the role: listed, their content is not in the plan. */
  readonly notEvaluated: readonly string[];
}

export interface ConnectionDecision {
  readonly allowed: boolean;
  /** The rules that let it pass, by address. */
  readonly because: readonly string[];
  /** Only when refused: the groups and rules that are missing. */
  readonly missing?: string;
}

/** Role (api, worker, transcode, migrate) of a unit that an instance starts, with the command line that starts it. */
export interface StartedUnit {
  readonly role: string;
  readonly unit: string;
}

/** What the user data of a launch template makes of an instance. */
export interface InstanceConfiguration {
  /** KEY=value lines of /etc/tiers/service.env, in their order. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the order in which they are started. */
  readonly units: readonly StartedUnit[];
}

/** An Auto Scaling group with what it launches. */
export interface Fleet {
  readonly group: Resource;
  readonly launchTemplate: Resource;
  /** The role of the instance profile, if there is one. */
  readonly role: Resource | undefined;
  /** Global addresses of the instances' security groups. */
  readonly securityGroups: readonly string[];
  readonly targetGroups: readonly Resource[];
  /** Environment with computed attributes given by the resolver. */
  readonly configuration: InstanceConfiguration;
  /** The same environment as written: references unevaluated. */
  readonly raw: InstanceConfiguration;
}
