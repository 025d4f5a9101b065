import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { Construct } from 'constructs';

export interface ReleaseArtifactProps {
  readonly bucket: { readonly bucketName: string };
  /** Version of the service, such as `0.1.0`. */
  readonly version: string;
  /** Another file of the release, such as `setup-machine.sh`. Default: the packed service. */
  readonly file?: string;
}

/** Where `npm run package` writes artifacts, seen from cdktf.out/stacks/<stack>, where Terraform runs. */
const FOLDER = '../../../dist/release';

/**
 * The packed service that the first image is built from, or a script beside it. The file has to be there when the stack is applied, not when it
 * is synthesized or planned; a missing file stops the apply before an image is begun.
 */
export class ReleaseArtifact extends Construct {
  /** Key of the object, as a reference: what uses it waits for the upload. */
  readonly key: string;
  /** Version id of the object in its bucket, which has to keep versions. */
  readonly objectVersion: string;

  constructor(scope: Construct, id: string, { bucket, version, file }: ReleaseArtifactProps) {
    super(scope, id);
    const object = new S3Object(this, 'object', {
      bucket: bucket.bucketName,
      key: file ? `service/${version}/${file}` : `service/${version}.tgz`,
      source: `${FOLDER}/${file ?? `service-${version}.tgz`}`,
      contentType: file ? 'text/x-shellscript' : 'application/gzip',
    });
    this.key = object.key;
    this.objectVersion = object.versionId;
  }
}
