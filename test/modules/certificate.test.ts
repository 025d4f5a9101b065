import { TerraformOutput } from 'cdktf';
import { Certificate } from '../../modules/certificate';
import { inventory, only, synthesize } from '../support/synth';

const domain = 'tiers.example.com';
const certificate = '${aws_acm_certificate.certificate_certificate.arn}';

describe('Certificate', () => {
  const first = synthesize((stack) => {
    const { arn } = new Certificate(stack, 'certificate', { domain, hostedZone: { zoneId: 'Z1' } });
    new TerraformOutput(stack, 'arn', { value: arn, staticId: true });
  });

  test('the one that is given the zone writes the record and waits for it', () => {
    expect(inventory(first)).toEqual({
      aws_acm_certificate: 1,
      aws_acm_certificate_validation: 1,
      aws_route53_record: 1,
    });
    expect(only(first, 'aws_acm_certificate_validation')).toEqual({
      certificate_arn: certificate,
      validation_record_fqdns: ['${aws_route53_record.certificate_record.fqdn}'],
    });
    const record = only(first, 'aws_route53_record');
    const option = '${tolist(aws_acm_certificate.certificate_certificate.domain_validation_options).0';
    expect(record).toMatchObject({
      zone_id: 'Z1',
      name: `${option}.resource_record_name}`,
      type: `${option}.resource_record_type}`,
      records: [`${option}.resource_record_value}`],
      allow_overwrite: true,
    });
  });

  test('the others only wait: no two states own the record', () => {
    const other = synthesize((stack) => new Certificate(stack, 'certificate', { domain }));
    expect(inventory(other)).toEqual({ aws_acm_certificate: 1, aws_acm_certificate_validation: 1 });
    expect(only(other, 'aws_acm_certificate_validation')).toEqual({ certificate_arn: certificate });
  });

  test('what uses the certificate waits until it is valid', () => {
    expect(first.output?.arn?.value).toBe(
      '${aws_acm_certificate_validation.certificate_validation.certificate_arn}',
    );
  });

  test('covers the domain and all names below it, and is replaced before it goes', () => {
    expect(only(first, 'aws_acm_certificate')).toMatchObject({
      domain_name: domain,
      subject_alternative_names: [`*.${domain}`],
      validation_method: 'DNS',
      lifecycle: { create_before_destroy: true },
    });
  });
});
