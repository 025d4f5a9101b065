export type { RotationInterval } from './schedule';
export { SecretRotation, type RotationSafeguard, type SecretRotationProps } from './secret-rotation';
