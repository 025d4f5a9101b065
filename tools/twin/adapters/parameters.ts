import { PutParameterCommand, type ParameterType } from '@aws-sdk/client-ssm';
import { resourcesOfType } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';

function isParameterType(type: string): type is ParameterType {
  return type === 'String' || type === 'StringList' || type === 'SecureString';
}

/** Creates every parameter of the Parameter Store with its first value. */
export async function createParameters(context: TwinContext, { ssm }: AwsClients): Promise<string[]> {
  return Promise.all(
    resourcesOfType(context.graph, 'aws_ssm_parameter').map(async (parameter) => {
      const given = new Arguments(context, parameter);
      const [name, type] = [given.text('name'), given.text('type')];
      if (!isParameterType(type)) throw new Error(`${parameter.globalAddress} type: received ${type}`);
      const value =
        context.generated.writeOnly(parameter, 'value_wo') ??
        given.optionalText('value') ??
        given.text('insecure_value');
      await ssm.send(new PutParameterCommand({ Name: name, Type: type, Value: value, Overwrite: true }));
      return name;
    }),
  );
}
