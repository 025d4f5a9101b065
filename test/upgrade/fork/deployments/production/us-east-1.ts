import type { Deployment } from '../../../../../deployments/schema';
import { defaults } from './defaults';

const deployment: Deployment = {
  ...defaults,
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cidr: '10.65.0.0/16',
  continent: 'NA',
  backupCopies: { region: 'us-west-2' },
  timeZone: 'America/New_York',
  datacenter: 1,
};

export default deployment;
