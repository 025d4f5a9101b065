import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { comparedArguments, TABLE } from '../../tools/compare';
import { KNOWN_TYPES } from '../../tools/topology';
import { PROTECTIONS } from '../safety/protection';

/** Types with protections that still hold nothing that cannot be made again, and why. */
const NOTHING_HELD: Readonly<Record<string, string>> = {
  aws_lb: 'its protection keeps the service up; it stores nothing',
  aws_kinesis_firehose_delivery_stream: 'passes lines on that stay in their log group',
  aws_athena_workgroup: 'settings of queries; their results are in a bucket',
};

test('the table is of the pinned provider, and cites a file for every type', () => {
  const cdktf = JSON.parse(readFileSync('cdktf.json', 'utf8')) as { terraformProviders?: string[] };
  expect(cdktf).toBeDefined();
  const provider = JSON.parse(
    readFileSync(join(dirname(require.resolve('@cdktf/provider-aws/package.json')), 'package.json'), 'utf8'),
  ) as { cdktf: { provider: { name: string; version: string } } };
  expect(TABLE.provider).toBe(`hashicorp/aws ${provider.cdktf.provider.version}`);
  for (const [type, { file, forces, forcesWhenSet }] of Object.entries(TABLE.types)) {
    expect(`${type} ${file}`).toMatch(/^aws_\w+ [a-z0-9]+\/[a-z0-9_]+\.go$/);
    expect(new Set([...forces, ...forcesWhenSet]).size).toBe(forces.length + forcesWhenSet.length);
  }
});

test('every argument that is compared is one of the provider', () => {
  const root = dirname(require.resolve('@cdktf/provider-aws/package.json'));
  for (const type of Object.keys(TABLE.types)) {
    const folder = type.slice('aws_'.length).replaceAll('_', '-');
    const declared = readFileSync(join(root, 'lib', folder, 'index.d.ts'), 'utf8');
    for (const argument of comparedArguments(type)) {
      // Blocks whose classes are in a file of their own are named by their property.
      const camel = argument.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
      expect(declared).toMatch(new RegExp(`#${argument} |readonly ${camel}\\??:`));
    }
  }
});

test('everything that has a protection as data is compared, or holds nothing', () => {
  for (const type of Object.keys(PROTECTIONS))
    expect({ type, compared: Object.hasOwn(TABLE.types, type) }).toEqual({
      type,
      compared: !Object.hasOwn(NOTHING_HELD, type),
    });
});

test('every type that the table knows and that is synthesized is known to topology', () => {
  const synthesized = Object.keys(TABLE.types).filter((type) => Object.hasOwn(KNOWN_TYPES, type));
  expect(synthesized).toEqual(expect.arrayContaining(['aws_db_instance', 'aws_s3_bucket', 'aws_kms_key']));
});
