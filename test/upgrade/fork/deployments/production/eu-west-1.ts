import type { Deployment } from '../../../../../deployments/schema';
import { defaults } from './defaults';

const deployment: Deployment = {
  ...defaults,
  region: 'eu-west-1',
  zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
  cidr: '10.64.0.0/16',
  continent: 'EU',
  backupCopies: { region: 'eu-central-1' },
  timeZone: 'Europe/Dublin',
};

export default deployment;
