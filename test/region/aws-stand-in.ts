import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Zones in which a type is offered. */
export type Offerings = Readonly<Record<string, readonly string[]>>;

/**
 * Answers what the emulator does not have, in the form of the Amazon EC2 and the Amazon RDS API Reference:
 * DescribeInstanceTypeOfferings, two to a page, and DescribeSourceRegions; passes all else on to the emulator.
 */
export class AwsStandIn {
  offerings: Offerings = {};
  /** Regions that take copies of automated backups, from every other one. */
  copies: readonly string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly emulator: string,
  ) {}

  static async start(emulator: string): Promise<AwsStandIn> {
    const server = createServer();
    const standIn = new AwsStandIn(server, emulator);
    server.on('request', (request, response) => {
      standIn.answer(request).then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        (error: unknown) => response.writeHead(502).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; type: string; body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const form = new URLSearchParams(body);
    if (form.get('Action') === 'DescribeInstanceTypeOfferings')
      return { status: 200, type: 'text/xml', body: this.page(form) };
    const { authorization = '', 'content-type': type = '', host = '' } = request.headers;
    if (form.get('Action') === 'DescribeSourceRegions') {
      const here = /\/([a-z0-9-]+)\/rds\//.exec(authorization)![1]!;
      return {
        status: 200,
        type: 'text/xml',
        body: sources(form.get('RegionName')!, this.copies.includes(here)),
      };
    }
    const passed = await fetch(`${this.emulator}${request.url}`, {
      method: request.method,
      headers: { authorization, 'content-type': type, 'x-forwarded-host': host },
      body,
    });
    return {
      status: passed.status,
      type: passed.headers.get('content-type') ?? '',
      body: await passed.text(),
    };
  }

  private page(form: URLSearchParams): string {
    const wanted = [...form].filter(([key]) => key.startsWith('Filter.1.Value.')).map(([, value]) => value);
    const all = wanted.flatMap((type) => (this.offerings[type] ?? []).map((zone) => [type, zone] as const));
    const from = Number(form.get('NextToken') ?? 0);
    const items = all
      .slice(from, from + 2)
      .map(
        ([type, zone]) =>
          `<item><instanceType>${type}</instanceType><locationType>availability-zone</locationType><location>${zone}</location></item>`,
      );
    const next = from + 2 < all.length ? `<nextToken>${from + 2}</nextToken>` : '';
    return `<DescribeInstanceTypeOfferingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><instanceTypeOfferingSet>${items.join('')}</instanceTypeOfferingSet>${next}</DescribeInstanceTypeOfferingsResponse>`;
  }
}

function sources(region: string, supported: boolean): string {
  const source = `<RegionName>${region}</RegionName><Status>available</Status><SupportsDBInstanceAutomatedBackupsReplication>${supported}</SupportsDBInstanceAutomatedBackupsReplication>`;
  return `<DescribeSourceRegionsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeSourceRegionsResult><SourceRegions><SourceRegion>${source}</SourceRegion></SourceRegions></DescribeSourceRegionsResult></DescribeSourceRegionsResponse>`;
}
