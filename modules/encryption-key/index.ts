export { accountStatement } from './key-policy';
export { EncryptionKey, type EncryptionKeyProps, type KeyAccess } from './encryption-key';
