export { ReleaseArtifact, type ReleaseArtifactProps } from './release-artifact';
