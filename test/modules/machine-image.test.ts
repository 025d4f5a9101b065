import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDocuments } from '../../modules/machine-image';
import { inventory, only, resourcesOf, type Synthesized } from '../support/synth';
import { declareImage as declare } from './machine-image.fixture';

const nameOf = (image: Synthesized): unknown => only(image, 'aws_imagebuilder_image_recipe').name;

describe('MachineImage', () => {
  const image = declare();

  test('declares exactly these resources of Image Builder', () => {
    const counts = Object.entries(inventory(image)).filter(([type]) => type.startsWith('aws_imagebuilder_'));
    expect(Object.fromEntries(counts)).toEqual({
      aws_imagebuilder_component: 4,
      aws_imagebuilder_distribution_configuration: 1,
      aws_imagebuilder_image: 1,
      aws_imagebuilder_image_pipeline: 1,
      aws_imagebuilder_image_recipe: 1,
      aws_imagebuilder_infrastructure_configuration: 1,
      aws_imagebuilder_lifecycle_policy: 1,
    });
  });

  test('the id of the image is that of the one AMI of the first build', () => {
    expect(image.output?.['image-id']?.value).toBe(
      '${tolist(aws_imagebuilder_image.image_first.output_resources[0].amis).0.image}',
    );
  });

  test.each([
    ['arm64', 'amazon-linux-2023-arm64'],
    ['x86_64', 'amazon-linux-2023-x86'],
  ] as const)('%s starts from the newest %s', (architecture, parent) => {
    expect(only(declare({ architecture }), 'aws_imagebuilder_image_recipe').parent_image).toBe(
      `arn:aws:imagebuilder:us-east-1:aws:image/${parent}/x.x.x`,
    );
  });

  test('a version of the service makes a recipe of that version, and components stay', () => {
    const next = declare({ serviceVersion: '1.2.4' });
    expect(only(next, 'aws_imagebuilder_image_recipe').version).toBe('1.2.4');
    expect(nameOf(next)).toBe(nameOf(image));
    expect(resourcesOf(next, 'aws_imagebuilder_component')).toEqual(
      resourcesOf(image, 'aws_imagebuilder_component'),
    );
  });

  test('what changes a recipe without a new version changes its name: no version is made twice', () => {
    expect(nameOf(declare({ volumeSize: 40 }))).not.toBe(nameOf(image));
    expect(nameOf(declare({ architecture: 'x86_64' }))).not.toBe(nameOf(image));
  });

  test('carries ffmpeg only where videos are made', () => {
    const { image_contents_ffmpeg: component } = resourcesOf(
      declare({ videos: false }),
      'aws_imagebuilder_component',
    );
    expect(component).toBeUndefined();
  });

  test('a changed document changes the digest that its component is named by', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiers-documents-'));
    try {
      const before = readDocuments();
      for (const { name, text } of before) writeFileSync(join(folder, `${name}.yml`), text);
      expect(readDocuments(folder)).toEqual(before);
      writeFileSync(join(folder, 'units.yml'), `${before[1]!.text}# changed\n`);
      const after = readDocuments(folder);
      expect(after.map(({ digest }, index) => digest === before[index]!.digest)).toEqual([
        true,
        false,
        true,
        true,
      ]);
      writeFileSync(join(folder, 'service.yml'), 'x'.repeat(16_001));
      expect(() => readDocuments(folder)).toThrow('service.yml: 16001 characters; allowed: 16000');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the next of each is there before the last goes', () => {
    for (const type of [
      'aws_imagebuilder_component',
      'aws_imagebuilder_image_recipe',
      'aws_imagebuilder_image',
    ]) {
      for (const { lifecycle } of Object.values(resourcesOf(image, type))) {
        expect(lifecycle).toEqual({ create_before_destroy: true });
      }
    }
  });

  test('the artifact comes from the bucket by the version id of the object', () => {
    const components = only(image, 'aws_imagebuilder_image_recipe').component;
    expect((components as { parameter: unknown }[])[3]!.parameter).toEqual([
      { name: 'Version', value: '1.2.3' },
      { name: 'Bucket', value: '${aws_s3_bucket.artifacts_bucket.bucket}' },
      { name: 'Key', value: 'service/1.2.3.tgz' },
      { name: 'ObjectVersion', value: 'version-of-1.2.3' },
    ]);
  });

  test('builds write to groups that keep their lines for some days, under the key', () => {
    const groups = Object.entries(resourcesOf(image, 'aws_cloudwatch_log_group')).filter(([id]) =>
      id.startsWith('image_'),
    );
    expect(groups).toEqual([
      [
        'image_logs_builds',
        {
          name: `/aws/imagebuilder/${String(nameOf(image))}`,
          retention_in_days: 30,
          kms_key_id: '${aws_kms_key.encryption_key.arn}',
          skip_destroy: true,
        },
      ],
      [
        'image_logs_pipeline',
        {
          name: `/aws/imagebuilder/pipeline/${String(only(image, 'aws_imagebuilder_image_pipeline').name)}`,
          retention_in_days: 30,
          kms_key_id: '${aws_kms_key.encryption_key.arn}',
        },
      ],
    ]);
    for (const type of ['aws_imagebuilder_image', 'aws_imagebuilder_image_pipeline'])
      expect(only(image, type).depends_on).toEqual(
        expect.arrayContaining(groups.map(([id]) => `aws_cloudwatch_log_group.${id}`)),
      );
  });

  test('old images go, and never one that a plan, a release or a launch still needs', () => {
    const policy = only(image, 'aws_imagebuilder_lifecycle_policy');
    expect(policy).toMatchObject({
      resource_selection: [{ recipe: [{ name: nameOf(image), semantic_version: '1.2.3' }] }],
      policy_detail: [
        {
          action: [{ type: 'DELETE', include_resources: [{ amis: true, snapshots: true }] }],
          filter: [{ type: 'AGE', value: 90, unit: 'DAYS', retain_at_least: 8 }],
          exclusion_rules: [
            {
              tag_map: { Kept: 'by the plan' },
              amis: [
                { is_public: false, tag_map: { InUse: 'yes' }, last_launched: [{ unit: 'DAYS', value: 90 }] },
              ],
            },
          ],
        },
      ],
    });
    expect(only(image, 'aws_imagebuilder_image').tags).toEqual({ Kept: 'by the plan' });
  });

  test('the machine that builds is out of reach, ends by itself, and reads artifacts only', () => {
    expect(only(image, 'aws_imagebuilder_infrastructure_configuration')).toMatchObject({
      subnet_id: '${aws_subnet.network_app_us_east_1a.id}',
      terminate_instance_on_failure: true,
      instance_metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 },
    });
    const policies = resourcesOf(image, 'aws_iam_role_policy');
    const own = Object.entries(policies).filter(
      ([name]) => name.startsWith('image_') && !name.endsWith('_sessions'),
    );
    expect(own.map(([, { policy }]) => JSON.parse(String(policy)).Statement)).toEqual([
      [
        {
          Effect: 'Allow',
          Action: ['s3:GetObjectVersion'],
          Resource: ['${aws_s3_bucket.artifacts_bucket.arn}/service/*'],
        },
        expect.objectContaining({
          Action: ['kms:Decrypt'],
          Resource: ['${aws_kms_key.encryption_key.arn}'],
        }),
      ],
    ]);
    const ingress = Object.values(resourcesOf(image, 'aws_vpc_security_group_ingress_rule'));
    expect(ingress.map(({ security_group_id }) => security_group_id)).not.toContain(
      '${aws_security_group.image_build_machine_security_group.id}',
    );
  });

  test('a build waits for the permissions and the rules that it needs', () => {
    expect(only(image, 'aws_imagebuilder_image').depends_on).toEqual(
      expect.arrayContaining([
        'aws_iam_role_policy.image_build_machine_role_read_versions_artifacts_service',
        'aws_iam_role_policy_attachment.image_build_machine_role_EC2InstanceProfileForImageBuilder',
        'aws_vpc_security_group_egress_rule.image_build_machine_to_internet',
      ]),
    );
  });

  test('is built again each week, when the parent has changed', () => {
    expect(only(image, 'aws_imagebuilder_image_pipeline').schedule).toEqual({
      schedule_expression: 'cron(0 3 ? * sun *)',
      pipeline_execution_start_condition: 'EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE',
    });
  });
});
