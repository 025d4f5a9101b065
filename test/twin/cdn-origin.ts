import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Address } from '../../tools/twin/address-plan';

export interface OriginAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server whose answers a test decides, and which keeps what it was asked. */
export class Origin {
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
  }[] = [];
  answer: (url: string) => OriginAnswer = () => ({});
  private server: Server | undefined;

  constructor(readonly address: Address) {}

  async open(): Promise<void> {
    this.server = createServer(({ method = '', url = '', headers }, response) => {
      this.asked.push({ method, url, headers });
      const { status = 200, headers: given = {}, body = `${url} ${this.asked.length}` } = this.answer(url);
      const tag = given['etag'];
      const known = tag !== undefined && headers['if-none-match']?.replace(/^W\//, '') === tag;
      response.writeHead(known ? 304 : status, { 'content-type': 'text/html', ...given });
      response.end(known || method === 'HEAD' ? undefined : body);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.address.port, this.address.host, resolve));
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
    this.server = undefined;
  }
}
