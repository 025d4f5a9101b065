export { InstanceRole, type InstanceRoleProps } from './instance-role';
