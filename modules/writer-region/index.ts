export { WriterRegion, type WriterRegionProps } from './writer-region';
