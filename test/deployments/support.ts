import local from '../../deployments/local';
import production from '../../deployments/production/us-east-1';
import type { Deployment } from '../../deployments/schema';
import { validate } from '../../deployments/validate';
import { ConfigurationError } from '../../lib/errors';

/** What somebody changed in a deployment that was legal. */
export type Change = (draft: object) => void;

/** The faulty deployment, and the whole message without the file's name. */
export type Fault = readonly [name: string, change: Change, message: string];

export function set(path: string, value: unknown): Change {
  return (draft) => {
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce<object>((at, key) => Reflect.get(at, key) as object, draft);
    // Defined, not assigned: `__proto__` becomes a key like any other, as JSON.parse makes it.
    Object.defineProperty(owner, last, { value, enumerable: true, configurable: true, writable: true });
  };
}

export function remove(path: string): Change {
  return (draft) => {
    const keys = path.split('.');
    const last = keys.pop()!;
    const owner = keys.reduce<object>((at, key) => Reflect.get(at, key) as object, draft);
    Reflect.deleteProperty(owner, last);
  };
}

export function all(...changes: readonly Change[]): Change {
  return (draft) => changes.forEach((change) => change(draft));
}

/** The whole message that a changed deployment is refused with. */
export function messageOf(change: Change, base: Deployment = local): string {
  const draft: object = structuredClone(base);
  change(draft);
  return messageFor([['deployments/x.ts', draft]]);
}

/** The whole message that the files of one run are refused with. */
export function messageFor(files: readonly (readonly [file: string, value: unknown])[]): string {
  try {
    validate(files.map(([file, value]) => ({ file, value })));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

/** A second region that is legal beside production. */
export const ireland: Deployment = {
  ...production,
  region: 'eu-west-1',
  datacenter: 1,
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  cidr: '10.1.0.0/16',
  continent: 'EU',
  timeZone: 'Europe/Dublin',
};

/** A third one. */
export const mumbai: Deployment = {
  ...production,
  region: 'ap-south-1',
  datacenter: 2,
  zones: ['ap-south-1a', 'ap-south-1b', 'ap-south-1c'],
  cidr: '10.2.0.0/16',
  continent: 'AS',
  timeZone: 'Asia/Kolkata',
};
