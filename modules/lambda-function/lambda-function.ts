import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { LambdaFunction as Function_ } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { Connections, type Connectable } from '../../lib/connections';
import { policyDocument, trustedBy, type Grantable, type Statement } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import type { EncryptionKey } from '../encryption-key';
import type { Network } from '../network';

/** AWS Lambda Developer Guide, "Building Lambda functions with Node.js": supported until April 2027. */
const RUNTIME = 'nodejs22.x';

/** The same page: certificate authorities of AWS, those of RDS among them, which Node itself does not know. */
const CA_FILE = '/var/runtime/ca-cert.pem';

/** Where `npm run package` writes, seen from cdktf.out/stacks/<stack>, where Terraform runs. */
const FOLDER = '../../../dist/release';

/** Manages the network interfaces in the subnets (AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"). */
const VPC_POLICY = 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';

export interface LambdaFunctionProps {
  /** Last part of the function's name, such as `rotate-signing-key`. */
  readonly component: string;
  /** One sentence for whoever finds it in the console. */
  readonly description: string;
  /** Folder of `functions/` with the code. */
  readonly code: string;
  /** Version of the packed code, such as `0.1.0`: another one is another file, by which a plan sees new code. */
  readonly version: string;
  /** What the code is told; no secret may be among it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds that a call may take, 1 to 900. */
  readonly timeout: number;
  readonly network: Network;
  /** Under which its environment and its log are kept. */
  readonly encryptionKey: EncryptionKey;
  /** Days that the log is kept. */
  readonly logDays: number;
}

/**
 * A function of Lambda in the app subnets, one call at a time. What it may do is granted to it, what it may reach is opened through its
 * connections. The packed code has to be there when the stack is applied, not when it is synthesized or planned.
 */
export class LambdaFunction extends Construct implements Grantable, Connectable {
  static readonly CA_FILE = CA_FILE;
  readonly connections: Connections;
  readonly functionName: string;
  readonly arn: string;
  private readonly role: IamRole;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    const { component, network, encryptionKey } = props;
    const { region } = placeOf(this);
    const names = Names.of(this);
    const name = names.regional('lambdaFunction', component);
    const securityGroup = new SecurityGroup(this, 'security-group', {
      name: names.regional('securityGroup', component),
      description: `Function ${component}`,
      vpcId: network.vpc.id,
      tags: { Name: names.regional('securityGroup', component) },
    });
    this.connections = new Connections(this, { label: `function ${component}`, securityGroup });
    network.allowAwsApis(this);

    this.role = new IamRole(this, 'role', {
      name: names.account('role', component),
      description: `Function: ${component}`,
      assumeRolePolicy: trustedBy('lambda.amazonaws.com'),
    });
    const attachment = new IamRolePolicyAttachment(this, 'vpc', {
      role: this.role.name,
      policyArn: VPC_POLICY,
    });
    // None of these actions knows resources (Service Authorization Reference); calls to other regions are left out.
    this.grant('send-traces', [
      {
        actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': region } },
      },
    ]);
    const logName = `/aws/lambda/${name}`;
    const logGroup = new CloudwatchLogGroup(this, 'log', {
      name: logName,
      retentionInDays: props.logDays,
      kmsKeyId: encryptionKey.forLogGroup(logName),
    });
    const made = new Function_(this, 'function', {
      functionName: name,
      description: props.description,
      role: this.role.arn,
      filename: `${FOLDER}/${props.code}-${props.version}.zip`,
      handler: 'index.handler',
      runtime: RUNTIME,
      architectures: ['arm64'],
      memorySize: 256,
      timeout: props.timeout,
      reservedConcurrentExecutions: 1,
      environment: { variables: { ...props.environment } },
      kmsKeyArn: encryptionKey.arn,
      vpcConfig: { subnetIds: network.subnetIds('app'), securityGroupIds: [securityGroup.id] },
      // Else the group could not be deleted until Lambda gave its interfaces back, which takes up to 45 minutes.
      replaceSecurityGroupsOnDestroy: true,
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logFormat: 'JSON', logGroup: logGroup.name },
      dependsOn: [attachment],
    });
    this.functionName = made.functionName;
    this.arn = made.arn;
  }

  /** The function with all its rules and permissions so far: whatever calls it when it is made depends on them. */
  get parts(): TerraformResource[] {
    return this.node.findAll().filter((part) => TerraformResource.isTerraformResource(part));
  }

  /** Adds an inline policy of that name to the role. Each name once: a second one is refused by cdktf. */
  grant(id: string, statements: readonly Statement[]): void {
    new IamRolePolicy(this, id, { name: id, role: this.role.name, policy: policyDocument(statements) });
  }

  /** Lets a service of AWS call the function on behalf of one resource of this account. */
  allowCallsFrom(service: string, sourceArn: string): void {
    new LambdaPermission(this, `calls-from-${service}`, {
      functionName: this.functionName,
      action: 'lambda:InvokeFunction',
      principal: `${service}.amazonaws.com`,
      sourceAccount: placeOf(this).account,
      sourceArn,
    });
  }
}
