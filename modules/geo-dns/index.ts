export { GeoDns, type GeoDnsProps, type GeoDnsRegion } from './geo-dns';
export { planRecords, type Continent, type DnsPlanInput, type PlannedRecord } from './records';
