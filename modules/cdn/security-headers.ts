import { CloudfrontResponseHeadersPolicy } from '@cdktf/provider-aws/lib/cloudfront-response-headers-policy';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';

export interface SecurityHeadersProps {
  /** Host name of the API that the page calls. */
  readonly apiOrigin: string;
  /** Host names of the buckets that the page uploads pictures to, through presigned addresses. */
  readonly uploadHosts: readonly string[];
}

/** Two years, in seconds: what browsers' preload lists ask for, though the name is not submitted to them. */
const HSTS_SECONDS = 63_072_000;

/** What the page may load and call; everything else is refused by the browser. */
export function contentSecurityPolicy({ apiOrigin, uploadHosts }: SecurityHeadersProps): string {
  const called = [apiOrigin, ...uploadHosts].map((host) => `https://${host}`).join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    // blob: and data: show a picture before it is uploaded; the API serves thumbnails when the CDN is not there.
    `img-src 'self' blob: data: https://${apiOrigin}`,
    `media-src 'self' https://${apiOrigin}`,
    `connect-src 'self' ${called}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The security headers of every answer, whichever origin gave it. */
export class SecurityHeaders extends Construct {
  /** Id of the response headers policy. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: SecurityHeadersProps) {
    super(scope, id);
    this.id = new CloudfrontResponseHeadersPolicy(this, 'policy', {
      name: Names.of(this).regional('cdnPolicy', 'cdn-security'),
      comment: 'Security headers of the page',
      securityHeadersConfig: {
        strictTransportSecurity: {
          accessControlMaxAgeSec: HSTS_SECONDS,
          includeSubdomains: true,
          preload: false,
          override: true,
        },
        // A page that the service renders says what it needs itself, which is less.
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(props), override: false },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: 'DENY', override: true },
        referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: true },
      },
      customHeadersConfig: {
        items: [
          {
            header: 'Permissions-Policy',
            value: 'camera=(), geolocation=(), microphone=(), payment=()',
            override: true,
          },
          { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
        ],
      },
    }).id;
  }
}
