import type { Environment } from '../schema';

/** What all regions of staging share. Replace the account, the domain and the contact with your own. */
export const staging: Environment = {
  project: 'tiers',
  environment: 'staging',
  account: '111111111111',
  domain: 'staging.tiers.example.com',
  homeRegion: 'us-east-1',
  state: { backend: 'local' },
  monthlyBudget: 900,
  contact: 'platform@example.com',
  deletionProtection: { enabled: true },
  sharedState: { capacity: 'on-demand' },
  packages: { upstream: 'npm' },
};
