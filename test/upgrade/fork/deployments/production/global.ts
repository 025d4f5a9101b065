import type { Environment } from '../../../../../deployments/schema';

/** A fork as somebody might have it: its own project, account, domain and contact. */
export const production: Environment = {
  project: 'acme',
  environment: 'production',
  account: '444455556666',
  domain: 'shop.acme.test',
  homeRegion: 'eu-west-1',
  state: { backend: 's3', bucket: 'acme-states-444455556666', region: 'eu-west-1' },
  monthlyBudget: 9_000,
  contact: 'operations@acme.test',
  deletionProtection: { enabled: true },
  sharedState: { capacity: 'on-demand' },
  packages: { upstream: 'npm' },
};
