import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';

const packument = z
  .object({
    versions: z.record(z.string(), z.object({ dist: z.object({ tarball: z.string() }).loose() }).loose()),
  })
  .loose();

/**
 * Stands in for CodeArtifact on this machine: its two calls that a build makes, and a repository of npm packages that keeps what
 * it fetched from the registry above it, in a folder. No request for a package passes without the token.
 */
export class PackageRegistry {
  readonly token = `token-${createHash('sha256').update('packages').digest('hex')}`;
  /** Whether the registry above answers. */
  connected = true;
  /** Whether the caller may have a token. */
  allowed = true;
  /** Files that were handed out, by the name of their package. */
  readonly served: string[] = [];
  /** What was asked of the registry above. */
  readonly fetched: string[] = [];
  /** Queries of the calls to AWS. */
  readonly calls: URLSearchParams[] = [];
  private readonly server: Server;
  private address = '';

  constructor(
    private readonly above: string,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) =>
        reply(response, 502, { error: String(error) }),
      );
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    if (typeof address !== 'object' || !address) throw new Error('the registry has no address');
    this.address = `http://127.0.0.1:${address.port}`;
    return this.address;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve, reject) =>
      this.server.close((error) => (error ? reject(error) : resolve())),
    );
  }

  /** The kept file of a package's version. */
  fileOf(name: string, version: string): string {
    const document = packument.parse(JSON.parse(readFileSync(this.kept('document', name), 'utf8')));
    return this.kept('file', document.versions[version]!.dist.tarball);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.address);
    if (url.pathname.startsWith('/v1/')) {
      this.calls.push(url.searchParams);
      if (!this.allowed) return reply(response, 403, { message: 'not authorized to perform codeartifact' });
      return reply(
        response,
        200,
        url.pathname === '/v1/authorization-token'
          ? { authorizationToken: this.token, expiration: 1_900_000_000 }
          : { repositoryEndpoint: `${this.address}/npm/packages/` },
      );
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) return reply(response, 401, {});
    const path = url.pathname.slice('/npm/packages/'.length);
    if (path.startsWith('-/file/')) {
      const original = Buffer.from(path.slice('-/file/'.length).split('/')[0]!, 'base64url').toString();
      const content = await this.keep('file', original, original);
      this.served.push(decodeURIComponent(path.split('/')[3]!));
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);
      return;
    }
    const name = decodeURIComponent(path);
    const text = await this.keep('document', name, `${this.above}${name.replace('/', '%2f')}`);
    const document = packument.parse(JSON.parse(text.toString()));
    for (const { dist } of Object.values(document.versions)) {
      const encoded = Buffer.from(dist.tarball).toString('base64url');
      dist.tarball = `${this.address}/npm/packages/-/file/${encoded}/${encodeURIComponent(name)}/file.tgz`;
    }
    reply(response, 200, document);
  }

  private kept(kind: string, key: string): string {
    return join(this.folder, `${kind}-${createHash('sha256').update(key).digest('hex')}`);
  }

  private async keep(kind: string, key: string, from: string): Promise<Buffer> {
    const file = this.kept(kind, key);
    if (existsSync(file)) return readFileSync(file);
    if (!this.connected) throw new Error(`${key}: not kept here, and the registry above is away`);
    this.fetched.push(key);
    const found = await fetch(from, { headers: { accept: 'application/vnd.npm.install-v1+json, */*' } });
    if (!found.ok) throw new Error(`${key}: the registry above answered ${found.status}`);
    const content = Buffer.from(await found.arrayBuffer());
    writeFileSync(file, content);
    return content;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
