import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Readable } from 'node:stream';
import type { CommonConfig } from '../config';
import { awsOptions } from './options';

/** How long a client may take to start its upload, in seconds. */
const UPLOAD_SECONDS = 900;
/** What is published is never changed under the same name. */
const FOREVER = 'public, max-age=31536000, immutable';

export interface Upload {
  readonly method: 'PUT';
  readonly url: string;
  /** The client must send exactly these. */
  readonly headers: Readonly<Record<string, string>>;
}

export const uploadKey = (pictureId: string): string => `uploads/${pictureId}`;
export const mediaKey = (pictureId: string): string => `media/${pictureId}.webp`;
export const videoKey = (id: string): string => `media/${id}.mp4`;
/** A video as it was uploaded, where people may see it. */
export const originalKey = ({
  id,
  contentType,
}: {
  readonly id: string;
  readonly contentType: string;
}): string => `media/${id}-original.${contentType === 'video/webm' ? 'webm' : 'mp4'}`;

/** S3 answers 403 instead of 404 where the caller may not list the bucket. */
const isAbsent = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

/** The bucket of originals and thumbnails. */
export class AssetStore {
  private readonly client: S3Client;

  constructor(
    config: CommonConfig,
    private readonly bucket: string,
  ) {
    this.client = new S3Client({
      ...awsOptions(config, 10_000),
      // An emulator has no name per bucket.
      forcePathStyle: config.AWS_ENDPOINT_URL !== undefined,
      // Otherwise a presigned PUT would carry the checksum of the empty body it was signed with.
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  }

  /** Type and length are part of the signature, so the bucket refuses any other upload. */
  async presignUpload(pictureId: string, contentType: string, bytes: number): Promise<Upload> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: uploadKey(pictureId),
      ContentType: contentType,
      ContentLength: bytes,
    });
    const url = await getSignedUrl(this.client, command, {
      expiresIn: UPLOAD_SECONDS,
      signableHeaders: new Set(['content-type', 'content-length', 'host']),
    });
    return { method: 'PUT', url, headers: { 'content-type': contentType } };
  }

  /** Size of an upload in bytes, undefined when it is not there. */
  async uploadSize(pictureId: string): Promise<number | undefined> {
    try {
      const head = await this.client.send(
        new HeadObjectCommand({ Bucket: this.bucket, Key: uploadKey(pictureId) }),
      );
      return head.ContentLength ?? 0;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  /** An object with its body as a stream, undefined when it is not there. */
  async open(
    key: string,
    { signal, range }: { readonly signal?: AbortSignal; readonly range?: string } = {},
  ): Promise<GetObjectCommandOutput | undefined> {
    try {
      return await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: range }), {
        abortSignal: signal,
      });
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async putThumbnail(pictureId: string, body: Buffer): Promise<void> {
    await this.put(mediaKey(pictureId), body, { contentType: 'image/webp', bytes: body.length });
  }

  async put(
    key: string,
    body: Buffer | Readable,
    { contentType, bytes }: { readonly contentType: string; readonly bytes: number },
  ): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: body,
        ContentLength: bytes,
        ContentType: contentType,
        CacheControl: FOREVER,
      }),
    );
  }

  /** Within the bucket. */
  async copyUpload(id: string, key: string, contentType: string): Promise<void> {
    await this.client.send(
      new CopyObjectCommand({
        Bucket: this.bucket,
        Key: key,
        CopySource: `${this.bucket}/${uploadKey(id)}`,
        MetadataDirective: 'REPLACE',
        ContentType: contentType,
        CacheControl: FOREVER,
      }),
    );
  }

  /** @throws the bucket's error, for the readiness report */
  async ping(): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }));
  }

  close(): void {
    this.client.destroy();
  }
}
