export { EncryptionKey, type EncryptionKeyProps, type KeyAccess } from './encryption-key';
