import { EncryptionKey } from '../../modules/encryption-key';
import type { TestStack } from './synth';

/** The one key of a test's stack, below the id `encryption`. */
export function keyOf(stack: TestStack): EncryptionKey {
  const present = stack.node.tryFindChild('encryption');
  return present instanceof EncryptionKey
    ? present
    : new EncryptionKey(stack, 'encryption', { component: 'test' });
}

/** What `keyOf` adds to an inventory. */
export const KEY_INVENTORY = { aws_kms_alias: 1, aws_kms_key: 1 };
