import { randomUUID } from 'node:crypto';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { ParameterNotFound } from '@aws-sdk/client-ssm';
import type { Logger } from 'pino';
import { awsOptions } from '../aws/options';
import { PolledParameter } from '../aws/parameter';
import { LANGUAGES } from '../pages/post-page';
import type { CdnConfig } from '../config';

/** Takes pages out of the CDN before their time. What it can't take out goes when its time is over (service/routes/post-pages.ts). */
export interface PageCache {
  /** Resolves once the CDN has taken the order. @throws the CDN's error; the same may be asked again at any time */
  forget(postId: string): Promise<void>;
  close(): void;
}

/**
 * Files of one distribution that may be under way at a time: Amazon CloudFront Developer Guide, "Concurrent invalidation request
 * maximum". There are 15 at most with a wildcard, which is why each address is named.
 */
export const PATHS_LIMIT = 3000;
/** CloudFront has its API in this region only, and the edge keeps its parameter there. */
const CLOUDFRONT_REGION = 'us-east-1';
const POLL_SECONDS = 300;

/** Every address under which the CDN may have something of a post: versions by header and cookie go with their path. */
export const pathsOf = (postId: string): string[] => [
  `/p/${postId}`,
  ...LANGUAGES.map((language) => `/p/${postId}?lang=${language}`),
  `/v1/posts/${postId}`,
];

type Order = (paths: readonly string[]) => Promise<void>;

/** What is asked while an order is under way goes into the next one, however much it is. */
export function batched(order: Order): (paths: readonly string[]) => Promise<void> {
  let waiting = new Set<string>();
  let next: Promise<void> | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    const paths = [...waiting];
    waiting = new Set();
    next = undefined;
    for (let at = 0; at < paths.length; at += PATHS_LIMIT) await order(paths.slice(at, at + PATHS_LIMIT));
  };
  return (paths) => {
    for (const path of paths) waiting.add(path);
    if (next === undefined) {
      next = underWay.then(send);
      underWay = next.catch(() => undefined);
    }
    return next;
  };
}

function cloudFront(config: CdnConfig, name: string, log: Logger): { order: Order; close: () => void } {
  const there = { ...config, AWS_REGION: CLOUDFRONT_REGION };
  const client = new CloudFrontClient(awsOptions(there, 10_000));
  const distribution = new PolledParameter<string | undefined>(
    there,
    { name, everySeconds: POLL_SECONDS, initial: undefined, parse: (value) => value || undefined },
    log,
  );
  /** Undefined until the edge was applied for the first time, when nothing is kept anywhere yet. */
  const id = async (): Promise<string | undefined> => {
    if (distribution.current === undefined) {
      await distribution.refresh().catch((error: unknown) => {
        if (!(error instanceof ParameterNotFound)) throw error;
      });
    }
    return distribution.current;
  };
  return {
    order: async (paths) => {
      const DistributionId = await id();
      if (DistributionId === undefined) return;
      const Paths = { Quantity: paths.length, Items: [...paths] };
      // The SDK repeats an order under the same reference, and CloudFront takes it once.
      const InvalidationBatch = { CallerReference: randomUUID(), Paths };
      await client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch }));
    },
    close: () => {
      distribution.close();
      client.destroy();
    },
  };
}

/** The twin's CDN takes one address at a time. */
const purge =
  (url: string): Order =>
  async (paths) => {
    for (const path of paths) {
      const answer = await fetch(url + path, { method: 'PURGE', signal: AbortSignal.timeout(3_000) });
      if (!answer.ok) throw new Error(`PURGE ${path} answered ${answer.status}`);
    }
  };

/** The CDN of the environment: CloudFront, its stand-in, or none. */
export function openPageCache(config: CdnConfig, log: Logger): PageCache {
  const { CDN_PURGE_URL, CDN_DISTRIBUTION_PARAMETER } = config;
  if (CDN_PURGE_URL === undefined && CDN_DISTRIBUTION_PARAMETER === undefined) {
    return { forget: async () => undefined, close: () => undefined };
  }
  const { order, close } =
    CDN_PURGE_URL !== undefined || CDN_DISTRIBUTION_PARAMETER === undefined
      ? { order: purge(CDN_PURGE_URL ?? ''), close: () => undefined }
      : cloudFront(config, CDN_DISTRIBUTION_PARAMETER, log);
  const send = batched(order);
  return { forget: (postId) => send(pathsOf(postId)), close };
}
