const SPECIAL = /[.+^${}()|[\]\\]/g;

/** `*` any characters, `?` one; everything else stands for itself. */
export function matchesWildcard(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern.replace(SPECIAL, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

/**
 * The same for ARNs: `*` and `?` stay within a segment between colons, but a `*` that ends a segment may go on beyond it
 * (page "IAM JSON policy elements: Resource").
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const source = pattern
    .replace(SPECIAL, '\\$&')
    .replace(/\*+(?=:|$)/g, '\u0000')
    .replace(/\*+/g, '[^:]*')
    .replace(/\?/g, '[^:]')
    .replaceAll('\u0000', '.*');
  return new RegExp(`^${source}$`, 's').test(arn);
}
