import { createHash } from 'node:crypto';
import type { IConstruct } from 'constructs';
import { NAME_LIMITS, type NamedKind } from './limits';
import { placeOf, type Place } from './place';

const HASH_LENGTH = 6;

/**
 * Joins the parts with hyphens. A result over the limit keeps its beginning and ends in six hexadecimal digits of the
 * whole name's SHA-256, so that two long names that differ at the end stay different.
 */
export function joinName(limit: number, parts: readonly string[]): string {
  const whole = parts.join('-');
  if (whole.length <= limit) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, HASH_LENGTH);
  const head = whole.slice(0, limit - HASH_LENGTH - 1).replace(/-+$/, '');
  return `${head}-${hash}`;
}

/** Names of one region's resources, each within the limit of its kind. */
export class Names {
  constructor(private readonly place: Place) {}

  /** The names of the stack that a construct belongs to. */
  static of(scope: IConstruct): Names {
    return new Names(placeOf(scope));
  }

  /** For what is unique within an account and a region: `<project>-<environment>-<component>`. */
  regional(kind: NamedKind, component: string): string {
    const { project, environment } = this.place;
    return joinName(NAME_LIMITS[kind], [project, environment, component]);
  }

  /** For what is unique within an account: `<project>-<environment>-<region>-<component>`. */
  account(kind: NamedKind, component: string): string {
    const { project, environment, region } = this.place;
    return joinName(NAME_LIMITS[kind], [project, environment, region, component]);
  }

  /** For buckets, unique in the whole world: `<project>-<environment>-<region>-<component>-<account>`. */
  bucket(component: string): string {
    const { project, environment, region, account } = this.place;
    return joinName(NAME_LIMITS.bucket, [project, environment, region, component, account]);
  }

  /** For secrets, parameters and log groups, which take paths: `/<project>/<environment>/<component>`. */
  path(kind: 'secret' | 'parameter' | 'logGroup', component: string): string {
    const { project, environment } = this.place;
    const path = `/${project}/${environment}/${component}`;
    if (path.length > NAME_LIMITS[kind]) throw new RangeError(`${path} is longer than ${NAME_LIMITS[kind]}`);
    return path;
  }
}
