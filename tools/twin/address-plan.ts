import { connect, createServer } from 'node:net';

/** Where a server of the twin listens. Always loopback. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Third octet of the addresses of each tier, so that a log line shows what an address is. */
const OCTETS = {
  aws: 1,
  web: 10,
  worker: 11,
  database: 20,
  databaseEndpoint: 21,
  cache: 30,
  cacheEndpoint: 31,
  cdn: 40,
} as const;
export type AddressTier = keyof typeof OCTETS;

/**
 * `address-each`: every instance has an address 127.x.y.z of its own and keeps its real port (Linux answers on all of 127.0.0.0/8).
 * `port-each`: all are at 127.0.0.1, each on another port (macOS answers there only).
 */
export type AddressMode = 'address-each' | 'port-each';

export function defaultAddressMode(platform: NodeJS.Platform = process.platform): AddressMode {
  return platform === 'linux' ? 'address-each' : 'port-each';
}

export interface AddressPlanOptions {
  readonly mode: AddressMode;
  /** Second octet of the addresses, 1 to 254: one per region, so that several twins can stand side by side. */
  readonly block: number;
  /** First port given away in `port-each` mode, 1024 to 60000. */
  readonly firstPort: number;
}

/** Hands out addresses, never the same one twice at a time. */
export class AddressPlan {
  private readonly taken = new Set<string>();

  constructor(readonly options: AddressPlanOptions) {
    if (!Number.isInteger(options.block) || options.block < 1 || options.block > 254) {
      throw new RangeError(
        `address block: received ${options.block}; allowed: 1 to 254 (the x of 127.x.y.z)`,
      );
    }
  }

  /** The lowest free address of a tier. In `address-each` mode its port is the one asked for. */
  take(tier: AddressTier, port: number): Address {
    const { mode, block, firstPort } = this.options;
    for (let number = 1; number < (mode === 'address-each' ? 255 : 5000); number += 1) {
      const address =
        mode === 'address-each'
          ? { host: `127.${block}.${OCTETS[tier]}.${number}`, port }
          : { host: '127.0.0.1', port: firstPort + number - 1 };
      const key = `${address.host}:${address.port}`;
      if (this.taken.has(key)) continue;
      this.taken.add(key);
      return address;
    }
    throw new RangeError(`no address left for tier ${tier} in 127.${block}.${OCTETS[tier]}.0/24`);
  }

  /** Gives an address back once nothing listens there. */
  release(address: Address): void {
    this.taken.delete(`${address.host}:${address.port}`);
  }
}

/** `127.1.20.1:5432` */
export function show(address: Address): string {
  return `${address.host}:${address.port}`;
}

/** Whether something accepts connections there. */
export function accepts(address: Address, timeoutMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...address, timeout: timeoutMs });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** @throws if something else already listens there, or if the machine doesn't let us. */
export async function assertFree(address: Address, purpose: string, hint: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      reject(new Error(`${purpose} can't listen on ${show(address)}: ${reason}; ${hint}`));
    });
    server.listen({ ...address, exclusive: true }, () => server.close(() => resolve()));
  });
}
