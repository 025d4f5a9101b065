export { GeneratedSecret, type GeneratedSecretProps, type RegionalSecret } from './generated-secret';
