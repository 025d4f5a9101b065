import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { TestProcess } from '../support/process';

/** Stands in for the library of CloudWatch Synthetics: a line about each step as it ends. */
const LIBRARY = `exports.synthetics = {
  async executeStep(name, step) {
    try {
      await step();
      console.log('passed ' + name);
    } catch (error) {
      console.log('failed ' + name);
      throw error;
    }
  },
};`;

/** What the runtime does with a canary: calls the handler; a throw is a failed run. */
const RUNTIME = `require('canary').handler().then(
  (result) => console.log('run passed: ' + result),
  (error) => {
    console.log('run failed: ' + error.message);
    process.exitCode = 1;
  },
);`;

export interface CanaryRun {
  readonly passed: boolean;
  /** Steps in their order, as \`passed <name>\` or \`failed <name>\`. */
  readonly steps: readonly string[];
  readonly message: string;
}

/** A packed canary, unpacked as the runtime does it: as a layer, whose \`nodejs/node_modules\` modules are found in. */
export class UnpackedCanary {
  private readonly folder = mkdtempSync(join(tmpdir(), 'tiers-canary-'));

  constructor(archive: Uint8Array) {
    const modules = join(this.folder, 'opt/nodejs/node_modules');
    const library = join(this.folder, 'runtime/node_modules/@aws/synthetics-core/index.js');
    const files: [string, string | Uint8Array][] = [
      ...Object.entries(unzipSync(archive)).map(([name, content]): [string, Uint8Array] => [
        join(this.folder, 'opt', name),
        content,
      ]),
      [library, LIBRARY],
      [join(this.folder, 'runtime/index.js'), RUNTIME],
    ];
    for (const [path, content] of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    this.modulePath = [modules, join(this.folder, 'runtime/node_modules')].join(':');
  }

  private readonly modulePath: string;

  async run(environment: Readonly<Record<string, string>>): Promise<CanaryRun> {
    const process_ = new TestProcess(process.execPath, [join(this.folder, 'runtime/index.js')], {
      env: { PATH: process.env['PATH'] ?? '', NODE_PATH: this.modulePath, ...environment },
    });
    const code = await process_.exited();
    const lines = process_.text().trim().split('\n');
    return {
      passed: code === 0,
      steps: lines.filter((line) => /^(passed|failed) /.test(line)),
      message: lines.find((line) => /^run (passed|failed): /.test(line)) ?? process_.text(),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a broken service answers in place of its own. */
export interface Fault {
  readonly status: number;
  readonly body: string;
}

/** Stands in front of a service and passes everything on, except where it is told to break it. */
export class Breakable {
  fault: (method: string, path: string) => Fault | undefined = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string): Promise<Breakable> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const breakable = new Breakable(server, `http://127.0.0.1:${port}`);
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const fault = breakable.fault(incoming.method ?? '', incoming.url ?? '');
      if (fault) {
        outgoing.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body);
        return;
      }
      const onward = send(
        `${target}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    return breakable;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
