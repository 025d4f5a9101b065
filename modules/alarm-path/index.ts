export { AlarmPath, type AlarmPathProps } from './alarm-path';
