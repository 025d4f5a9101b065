export { GeoDns, type GeoDnsProps, type GeoDnsRegion } from './geo-dns';
export { planRecords, regionName, type Continent, type DnsPlanInput, type PlannedRecord } from './records';
