export { ClientConfig, STANDARD_PARAMETER_BYTES, type ClientConfigProps } from './client-config';
