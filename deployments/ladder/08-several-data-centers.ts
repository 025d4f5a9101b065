import type { Deployment } from '../schema';
import before from './07-stateless-web-tier';

const home: Deployment = {
  ...before,
  monthlyBudget: 2_000,
  backupCopies: { region: 'eu-west-1' },
};

/** Users reach the nearest region, and the other one when it is out. */
const rung: readonly Deployment[] = [
  home,
  {
    ...home,
    region: 'eu-west-1',
    zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    cidr: '10.65.0.0/16',
    continent: 'EU',
    backupCopies: { region: 'us-east-1' },
    timeZone: 'Europe/Dublin',
    datacenter: 1,
  },
];

export default rung;
