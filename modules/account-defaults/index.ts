export { AccountDefaults, type AccountDefaultsProps } from './account-defaults';
