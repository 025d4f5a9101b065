import { z } from 'zod';

/** host[:port], or the folder of a socket; the port falls back to DB_PORT or CACHE_PORT. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Each schema's message says what is allowed; it ends the sentence "it must be ..." of a fault. */
export const text = (words: string) => z.string(words).trim().min(1, words);
export const whole = (low: number, high: number) => {
  const words = `a whole number from ${low} to ${high}`;
  return z.coerce.number(words).int(words).min(low, words).max(high, words);
};
export const decimal = (low: number, high: number) => {
  const words = `a number from ${low} to ${high}`;
  return z.coerce.number(words).min(low, words).max(high, words);
};
export const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(
    values,
    values.length === 1 ? `${values[0]}` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
  );
export const HOST = 'a host name or an IPv4 address, with :port or without';
export const HOST_PORT = /^[A-Za-z0-9._-]+(:\d{1,5})?$/;
export const host = z.string(HOST).regex(HOST_PORT, HOST);
export const hostList = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))
  .pipe(z.array(z.string().regex(HOST_PORT, 'host or host:port, entries separated by commas')));
export const url = (words: string) => z.url({ protocol: /^https?$/, error: words });
export const origin = url('an http or https URL without a path').transform((value) =>
  value.replace(/\/+$/, ''),
);
export const port = whole(1, 65_535);

/** The folder of a socket. */
export const SOCKET = /^\/[\w./-]+$/;

/** Splits `host` or `host:port`; the folder of a socket stays whole. */
export function endpoint(value: string, defaultPort: number): Endpoint {
  if (SOCKET.test(value)) return { host: value, port: defaultPort };
  const [name = value, own] = value.split(':');
  return { host: name, port: own === undefined ? defaultPort : Number(own) };
}
