import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';

export interface CertificateProps {
  /** The certificate covers this domain and every name directly below it. */
  readonly domain: string;
  /**
   * Zone to write the validation record to. Default: none; the certificate then waits for a record that another
   * certificate of the same domain and account has written.
   */
  readonly hostedZone?: { readonly zoneId: string };
}

/**
 * A public certificate, validated by DNS and renewed by ACM as long as its validation record exists.
 *
 * The record belongs to the pair of account and domain name, and the wildcard of a domain shares the domain's own: one
 * record therefore validates the certificates of every region (AWS Certificate Manager User Guide, "AWS Certificate
 * Manager DNS validation"). Exactly one certificate of a domain is given the zone, so that no two states own the record.
 */
export class Certificate extends Construct {
  /** ARN of the certificate once it is valid; what uses it waits for the validation. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, 'certificate', {
      domainName: props.domain,
      subjectAlternativeNames: [`*.${props.domain}`],
      validationMethod: 'DNS',
      tags: { Name: props.domain },
      // A listener keeps its certificate until the next one is there.
      lifecycle: { createBeforeDestroy: true },
    });

    const record = props.hostedZone && this.writeRecord(certificate, props.hostedZone.zoneId);
    const validation = new AcmCertificateValidation(this, 'validation', {
      certificateArn: certificate.arn,
      ...(record ? { validationRecordFqdns: [record.fqdn] } : {}),
    });
    this.arn = validation.certificateArn;
  }

  private writeRecord(certificate: AcmCertificate, zoneId: string): Route53Record {
    // Both names of the certificate have the same record, so the first of the set stands for both.
    const option = certificate.domainValidationOptions.get(0);
    return new Route53Record(this, 'record', {
      zoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl: 60,
      // Another environment of the same account may have left the very same record.
      allowOverwrite: true,
    });
  }
}
