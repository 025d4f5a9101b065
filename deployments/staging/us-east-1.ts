import type { Deployment } from '../schema';
import { defaults } from './defaults';

const deployment: Deployment = {
  ...defaults,
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cidr: '10.128.0.0/16',
  continent: 'NA',
  backupCopies: { enabled: false, reason: 'what staging keeps is made again by its tests' },
  timeZone: 'America/New_York',
};

export default deployment;
