import { resourceAt } from '../../tools/topology';
import { copyIn } from '../../tools/topology/preflight/copies';
import { type Block, graphOfResources } from './plan';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/there';
const HOME = 'us-east-1';

function copies(type: string, block: Block, region: string) {
  const graph = graphOfResources({ [type]: { it: block } });
  return copyIn(graph, resourceAt(graph, `one:${type}.it`), region);
}

test.each<[type: string, name: string, replica: Block]>([
  ['aws_dynamodb_table', 't', { region_name: 'eu-west-1', kms_key_arn: KEY }],
  ['aws_secretsmanager_secret', '/a/b', { region: 'eu-west-1', kms_key_id: KEY }],
])('%s has the ARN of its first one in the region of the copy, and a key there', (type, name, replica) => {
  const block = { name, replica: [{ region: 'ap-south-1', region_name: 'ap-south-1' }, replica] };
  const found = copies(type, block, 'eu-west-1');
  expect(found?.arn).toMatch(/^arn:aws:(dynamodb|secretsmanager):eu-west-1:111122223333:/);
  expect(found?.key).toBe(KEY);
  expect(copies(type, block, HOME)).toBeUndefined();
  expect(copies(type, block, 'sa-east-1')).toBeUndefined();
  expect(copies(type, { name }, 'eu-west-1')).toBeUndefined();
});
