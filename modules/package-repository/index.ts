export { PackageRepository, type PackageRepositoryProps } from './package-repository';
