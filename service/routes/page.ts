import { resolve } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies';

/** Vite puts a hash of the content into these names, so they may be kept for good. */
const HASHED = /[/\\]assets[/\\]/;

/** The built page: the CDN's origin, and what visitors get while the CDN is away. */
export async function pageRoutes(app: FastifyInstance, { config }: Dependencies): Promise<void> {
  if (config.WEB_ROOT === undefined) return;
  // Uploads go to the bucket's own origin, which the page learns from the API.
  const policy = [
    "default-src 'self'",
    "img-src 'self' blob: data:",
    `media-src 'self' ${config.API_BASE_URL}`,
    `connect-src 'self' ${config.API_BASE_URL} ${config.AWS_ENDPOINT_URL ?? 'https://*.amazonaws.com'}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  await app.register(staticFiles, {
    root: resolve(config.WEB_ROOT),
    cacheControl: false,
    setHeaders: (reply, path) => {
      const kept = HASHED.test(path);
      void reply.setHeader('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (path.endsWith('.html')) {
        void reply.setHeader('content-security-policy', policy);
        void reply.setHeader('referrer-policy', 'same-origin');
      }
    },
  });
}
