export { ClientConfig, type ClientConfigProps } from './client-config';
