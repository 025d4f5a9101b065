export { ServerFleet, type ServerFleetProps, type FleetTarget } from './server-fleet';
export type { SpotOptions } from './spot';
export type { DailySchedule } from './schedule';
