import { randomInt } from 'node:crypto';
import { resourceAt, targetsOf, type Graph, type Resource } from '../topology';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Stands for ephemeral blocks that generate passwords: one random value each, made at start, kept in memory only and printed
 * nowhere. Two write-only arguments that refer to one block get the same value, as in an apply.
 */
export class GeneratedValues {
  private readonly values = new Map<string, string>();

  constructor(private readonly graph: Graph) {}

  private valueOf(globalAddress: string): string {
    const known = this.values.get(globalAddress);
    if (known !== undefined) return known;
    const block = resourceAt(this.graph, globalAddress);
    const length = Number(block.arguments['password_length'] ?? block.arguments['length'] ?? 32);
    const value = Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    this.values.set(globalAddress, value);
    return value;
  }

  /** The value of a write-only argument; undefined where it is not set. @throws on anything but ephemeral references in it */
  writeOnly(resource: Resource, argument: string): string | undefined {
    const written = resource.arguments[argument];
    if (written === undefined || written === null) return undefined;
    let value = String(written);
    for (const reference of resource.references) {
      if (reference.argument[0] !== argument || reference.target === undefined) continue;
      const target = resourceAt(this.graph, reference.target);
      if (target.mode !== 'ephemeral') continue;
      value = value.split(`\${${reference.text}}`).join(this.valueOf(reference.target));
    }
    if (value.includes('${')) {
      throw new Error(
        `${resource.globalAddress} ${argument}: only references to ephemeral blocks are generated here`,
      );
    }
    return value;
  }
}

/** The single resource that an argument refers to, if it is of this type. */
export function targetOfType(
  graph: Graph,
  resource: Resource,
  argument: string,
  type: string,
): Resource | undefined {
  return targetsOf(graph, resource, argument).find((target) => target.type === type);
}
