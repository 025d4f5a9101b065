import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { resourcesOfType, type Resource } from '../../topology';
import { assertFree, type Address } from '../address-plan';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';
import { HaproxyServer } from '../haproxy/server';
import { SITE_HOST, SITE_NAME, wwwPorts } from '../settings';
import { edgeProxy, type FailoverCheck } from '../varnish/edge-proxy';
import type { CdnPlan } from '../varnish/plan';
import { VarnishServer } from '../varnish/server';
import { keyHeaders } from '../varnish/vcl';
import { cdnPlan } from './cdn-plan';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** One distribution: its plan, and what runs for it. */
interface RunningCdn {
  readonly distribution: Resource;
  readonly plan: CdnPlan;
  readonly varnish: VarnishServer;
  readonly ports: { readonly http: number; readonly https: number };
  readonly outward: Address;
  proxy?: HaproxyServer;
}

/** The distributions of the plan: a Varnish each, and HAProxy around it for TLS. */
export class Cdns {
  readonly running: readonly RunningCdn[];

  constructor(
    private readonly context: TwinContext,
    emulator: Address,
  ) {
    const { graph, addresses, settings, supervisor, events } = context;
    const names = new Map<string, string>();
    this.running = resourcesOfType(graph, 'aws_cloudfront_distribution').map((distribution, index) => {
      const outward = addresses.take('cdn', 6082);
      const address = addresses.take('cdn', 6081);
      const plan = cdnPlan(context, distribution, `cdn-${index + 1}`, { emulator, outward, names });
      const ports = wwwPorts(settings, index);
      return {
        distribution,
        plan,
        ports,
        outward,
        varnish: new VarnishServer(supervisor, events, plan, address),
      };
    });
    if (this.running.length > 0) {
      context.differences.push(
        'CDN: one location, TTLs and keys of the plan; no Strict-Transport-Security, which the browser would keep for all of localhost',
      );
    }
  }

  async start({ s3 }: Pick<AwsClients, 's3'>): Promise<void> {
    const { supervisor, events, authority, settings } = this.context;
    const certificate = authority.issue('cdn', [SITE_NAME, SITE_HOST]);
    await Promise.all(
      this.running.map(async (cdn) => {
        const { plan, ports, varnish, distribution, outward } = cdn;
        for (const port of Object.values(ports)) {
          const hint = 'end what listens there, or start with another --port-offset';
          await assertFree({ host: SITE_HOST, port }, plan.resource, hint);
        }
        await this.uploadPage(plan, s3);
        const check = this.failoverCheck(distribution);
        cdn.proxy = new HaproxyServer({
          supervisor,
          events,
          name: `${plan.name}-proxy`,
          resource: plan.resource,
          render: (socket) =>
            edgeProxy(
              {
                host: SITE_HOST,
                httpPort: ports.http,
                httpsPort: ports.https,
                origin: `https://${SITE_NAME}:${ports.https}`,
                tlsBundle: certificate.bundle,
                caFile: authority.file,
                varnish: varnish.address,
                headers: keyHeaders(plan),
                outward,
                balancer: { host: SITE_HOST, port: 443 + settings.portOffset },
                balancerName: SITE_NAME,
                ...(check ? { check } : {}),
              },
              socket,
            ),
        });
        await varnish.start();
        await cdn.proxy.start();
      }),
    );
  }

  /** Of the record that a name has while the distribution is well. */
  private failoverCheck(distribution: Resource): FailoverCheck | undefined {
    const { graph } = this.context;
    const check = resourcesOfType(graph, 'aws_route53_health_check').find((candidate) =>
      candidate.references.some(({ target }) => target === distribution.globalAddress),
    );
    if (!check) return undefined;
    const given = new Arguments(this.context, check);
    return {
      path: given.optionalText('resource_path') ?? '/',
      interval: given.number('request_interval'),
      threshold: given.number('failure_threshold', 3),
    };
  }

  /** What a release copies to the folder of the page (docs/first-deploy.md). */
  private async uploadPage(plan: CdnPlan, s3: AwsClients['s3']): Promise<void> {
    const built = join(this.context.settings.projectFolder, 'dist', 'web');
    if (!existsSync(built)) throw new Error(`${built}: not there; \`npm run build\` makes it`);
    const files = ['index.html', ...readdirSync(join(built, 'assets')).map((name) => `assets/${name}`)];
    for (const { prefix } of plan.origins) {
      const [, bucket, folder] = /^\/([^/]+)\/(.+)$/.exec(prefix) ?? [];
      if (bucket === undefined || folder === undefined) continue;
      for (const file of files) {
        await s3.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: `${folder}/${file}`,
            Body: readFileSync(join(built, file)),
            ContentType: TYPES[extname(file)] ?? 'application/octet-stream',
            CacheControl: file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          }),
        );
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map(({ proxy }) => proxy?.stop() ?? Promise.resolve()));
    await Promise.all(this.running.map(({ varnish }) => varnish.stop()));
  }
}
