export { ScalingRole } from './scaling-role';
