import { type Finding, preflight, type ServiceNeeds } from '../../tools/topology';
import { type Block, type Documents, environmentWith, graphWith } from './plan';

/** What the one role of the fixture's service needs. */
const NEEDS: ServiceNeeds = {
  api: {
    actions: [
      { action: 'sqs:SendMessage', resource: { env: 'QUEUE_URL' } },
      { action: 'secretsmanager:GetSecretValue', resource: { env: 'SIGNING_SECRET_ARN' } },
      { action: 'rds-db:connect', resource: { env: 'DB_WRITER_HOST' } },
      { action: 'rds-db:connect', resource: { env: 'DB_READER_HOSTS', list: true }, optional: true },
      { action: 'elasticache:Connect', resource: { env: 'CACHE_HOST' }, optional: true },
    ],
    connections: [
      { host: { env: 'DB_WRITER_HOST' }, port: { env: 'DB_PORT' } },
      { host: { env: 'DB_READER_HOSTS', list: true }, port: { env: 'DB_PORT' }, optional: true },
      { host: { env: 'CACHE_HOST' }, port: { env: 'CACHE_PORT' }, optional: true },
    ],
    services: ['sqs', 'secretsmanager'],
  },
};

export const APP = 'local-us-east-1-app';

/** The findings of a preflight after a change to the sound plan. */
export function findings(change: (documents: Documents) => void = () => {}, routes?: string[]): Finding[] {
  return preflight(graphWith(change), NEEDS, { routes });
}

/** Changes arguments of a resource of the app stack. */
export const set =
  (type: string, name: string, values: Block) =>
  ({ app }: Documents): void => {
    const block = app.resource[type]?.[name];
    if (!block) throw new Error(`the fixture has no ${type}.${name}`);
    Object.assign(block, values);
  };
/** Takes a resource of the app stack away. */
export const drop =
  (type: string, name: string) =>
  ({ app }: Documents): void => {
    if (!app.resource[type]?.[name]) throw new Error(`the fixture has no ${type}.${name}`);
    delete app.resource[type]?.[name];
  };
/** Changes variables of the web fleet; undefined takes one away. */
export const environment = (changes: Record<string, string | undefined>) =>
  set('aws_launch_template', 'web', { user_data: environmentWith(changes) });
