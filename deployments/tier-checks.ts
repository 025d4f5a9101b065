import { within, type Check } from './check';
import { architectures } from './hardware';

export const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** What holds of a fleet that works on a queue. */
const SPOT_CHECKS = (tier: 'workers' | 'transcoders'): readonly Check[] => [
  within(
    tier,
    'max',
    [`${tier}.min`],
    (fleet) => fleet.max < fleet.min,
    (fleet) => fleet.max,
    (fleet) => `${tier}.min (${fleet.min}) or more`,
    (fleet) => `write ${fleet.min} or more, or lower ${tier}.min`,
  ),
  within(
    tier,
    'instanceTypes',
    ['web.instanceTypes'],
    (fleet, { web }) => architectures([...fleet.instanceTypes, ...(web?.instanceTypes ?? [])]).length > 1,
    (fleet) => fleet.instanceTypes,
    (_fleet, { web }) =>
      `types of the web fleet's processor architecture (${architectures(web?.instanceTypes ?? []).join(', ')})`,
    () => 'choose types of the same architecture, as the fleets share one image',
  ),
  within(
    tier,
    'instanceTypes',
    [],
    (fleet) => !unique(fleet.instanceTypes),
    (fleet) => fleet.instanceTypes,
    () => 'each type once',
    () => 'remove the type that is listed twice',
  ),
];

/** What holds within a tier, where there is one. */
export const TIER_CHECKS: readonly Check[] = [
  within(
    'web',
    'max',
    ['web.min'],
    (web) => web.max < web.min,
    (web) => web.max,
    (web) => `web.min (${web.min}) or more`,
    (web) => `write ${web.min} or more, or lower web.min`,
  ),
  within(
    'web',
    'nightMin',
    ['web.min'],
    ({ nightMin = 1, min }) => nightMin > min,
    (web) => web.nightMin,
    (web) => `web.min (${web.min}) or less`,
    (web) => `write ${web.min} or less: the quiet hours need no more than the day`,
  ),
  within(
    'web',
    'min',
    ['environment'],
    (web, d) => d.environment === 'production' && web.min < d.zones.length,
    (web) => web.min,
    (_web, d) => `${d.zones.length} or more in production, one in each zone`,
    (_web, d) => `write ${d.zones.length} or more`,
  ),
  within(
    'web',
    'nightMin',
    ['environment'],
    ({ nightMin = 2 }, d) => d.environment === 'production' && nightMin < 2,
    (web) => web.nightMin,
    () => '2 or more in production, so that one may be lost at night too',
    () => 'write 2 or more',
  ),
  within(
    'database',
    'maxStorage',
    ['database.storage'],
    // Amazon RDS User Guide, "Managing capacity automatically with storage autoscaling": the maximum storage
    // threshold has to be at least 26% above the allocated storage for changes that set both.
    (database) => database.maxStorage < Math.ceil(database.storage * 1.26),
    (database) => database.maxStorage,
    (database) => `at least 26% above database.storage (${database.storage})`,
    (database) => `write ${Math.ceil(database.storage * 1.26)} or more`,
  ),
  within(
    'database',
    'multiAz',
    ['environment'],
    (database, d) => d.environment === 'production' && !database.multiAz.enabled,
    (database) => database.multiAz,
    () => '{ enabled: true } in production',
    () => 'write { enabled: true }',
  ),
  within(
    'database',
    'replicas',
    ['environment'],
    (database, d) => d.environment === 'production' && database.replicas < 2,
    (database) => database.replicas,
    () => '2 or more in production, so that one may be lost',
    () => 'write 2 or more',
  ),
  within(
    'database',
    'updates',
    ['database.replicas'],
    // Amazon RDS User Guide, "Limitations and considerations for Amazon RDS blue/green deployments", and the provider's
    // documentation of aws_db_instance, "Low-Downtime Updates": not with replicas.
    (database) => database.updates === 'blue-green' && database.replicas > 0,
    (database) => database.updates,
    (database) =>
      `'in-place' with replicas: a switch to the copy would leave ${database.replicas} of them behind`,
    () => 'leave it out, or write 0 for database.replicas',
  ),
  within(
    'web',
    'instanceTypes',
    [],
    (web) => architectures(web.instanceTypes).length > 1,
    (web) => web.instanceTypes,
    () => 'types of one processor architecture, as they share one image',
    () => 'keep the Graviton types (c7g, m7g...) or the others, not both',
  ),
  within(
    'web',
    'instanceTypes',
    [],
    (web) => !unique(web.instanceTypes),
    (web) => web.instanceTypes,
    () => 'each type once',
    () => 'remove the type that is listed twice',
  ),
  ...SPOT_CHECKS('workers'),
  ...SPOT_CHECKS('transcoders'),
];
