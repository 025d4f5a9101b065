export { MachineImage, type MachineImageProps, type ArtifactBucket } from './machine-image';
export { readDocuments, PARENT_IMAGES, type Architecture } from './documents';
