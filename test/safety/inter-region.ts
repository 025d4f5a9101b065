import fc from 'fast-check';
import type { Deployment } from '../../deployments/schema';

/** Every way between networks. */
export const interRegion = fc.constantFrom<NonNullable<Deployment['interRegion']>>(
  { kind: 'none' },
  { kind: 'peering' },
  { kind: 'transit-gateway' },
);

/** Settings as they are legal: one region has no way to another one. */
export function betweenSeveral<Settings extends Pick<Deployment, 'interRegion'>>(
  { interRegion: way, ...others }: Settings,
  regions: readonly unknown[],
): Omit<Settings, 'interRegion'> & Pick<Deployment, 'interRegion'> {
  return { ...others, ...(regions.length > 1 && way ? { interRegion: way } : {}) };
}
