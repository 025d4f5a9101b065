/** Where in the synthesized Terraform something was found. */
export interface Location {
  readonly stack: string;
  /** Address in the stack: a resource, or `output.<name>`. */
  readonly address: string;
  /** Dotted argument path; empty for the resource as a whole. */
  readonly argument: string;
}

/**
 * The synthesized Terraform holds something that is not understood or not allowed here.
 * `found` is what stands there, `allowed` what may stand there instead.
 */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';

  constructor(
    readonly location: Location,
    readonly found: string,
    readonly allowed: string,
  ) {
    const argument = location.argument === '' ? '' : ` ${location.argument}`;
    super(`${location.stack}: ${location.address}${argument}: ${found}. ${allowed}`);
  }
}

/** `['tag', 0, 'key']` as `tag.0.key`. */
export function dotted(path: readonly (string | number)[]): string {
  return path.join('.');
}
