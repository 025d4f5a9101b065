import type { Environment } from '../schema';

/** What all regions of production share. Replace the account, the domain and the contact with your own. */
export const production: Environment = {
  project: 'tiers',
  environment: 'production',
  account: '222222222222',
  domain: 'tiers.example.com',
  homeRegion: 'us-east-1',
  state: { backend: 'local' },
  monthlyBudget: 12_000,
  contact: 'platform@example.com',
  deletionProtection: { enabled: true },
  sharedState: { capacity: 'on-demand' },
  packages: { upstream: 'npm' },
};
