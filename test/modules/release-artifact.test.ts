import { TerraformOutput } from 'cdktf';
import { ReleaseArtifact } from '../../modules/release-artifact';
import { inventory, only, synthesize } from '../support/synth';

const synthesized = synthesize((stack) => {
  const artifact = new ReleaseArtifact(stack, 'artifact', {
    bucket: { bucketName: 'artifacts' },
    version: '1.2.3',
  });
  new TerraformOutput(stack, 'key', { value: artifact.key });
  new TerraformOutput(stack, 'version', { value: artifact.objectVersion });
});

test('declares exactly one object, named and found by the version', () => {
  expect(inventory(synthesized)).toEqual({ aws_s3_object: 1 });
  expect(only(synthesized, 'aws_s3_object')).toEqual({
    bucket: 'artifacts',
    content_type: 'application/gzip',
    key: 'service/1.2.3.tgz',
    source: '../../../dist/release/service-1.2.3.tgz',
  });
});

test('its key is a reference, so that what uses it waits for the upload', () => {
  expect(synthesized.output?.key?.value).toBe('${aws_s3_object.artifact_object.key}');
});

test('what is uploaded has a version id, which names this content for good', () => {
  expect(synthesized.output?.version?.value).toBe('${aws_s3_object.artifact_object.version_id}');
});
