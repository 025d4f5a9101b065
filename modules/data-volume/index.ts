export { DataVolume, type DataVolumeProps } from './data-volume';
