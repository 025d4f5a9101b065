import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { parseApiConfig } from './config';
import { closeDependencies, createDependencies, type Dependencies } from './dependencies';
import { ErrorTracking } from './error-tracking';
import { createApp } from './http/app';
import { main, stopOnSignal } from './lifecycle';
import { createLogger } from './logger';
import { useRateLimits } from './rate-limits/limits';
import { Forwarding, SAFE_METHODS } from './regions/forwarding';
import { boostRoutes } from './routes/boosts';
import { clientConfigRoutes } from './routes/client-config';
import { feedRoutes } from './routes/feed';
import { followRoutes } from './routes/follows';
import { healthRoutes } from './routes/health';
import { keyRoutes } from './routes/keys';
import { mediaRoutes } from './routes/media';
import { pageRoutes } from './routes/page';
import { pictureRoutes } from './routes/pictures';
import { postsOfAuthorsRoutes } from './routes/posts-of-authors';
import { postPageRoutes } from './routes/post-pages';
import { postRoutes } from './routes/posts';
import { sessionRoutes } from './routes/sessions';
import { statisticsRoutes } from './routes/statistics';
import { userRoutes } from './routes/users';
import type { SessionClaims } from './sessions/sessions';

const ROUTES = [
  userRoutes,
  sessionRoutes,
  keyRoutes,
  postRoutes,
  pictureRoutes,
  boostRoutes,
  followRoutes,
  postsOfAuthorsRoutes,
  feedRoutes,
  clientConfigRoutes,
  healthRoutes,
  mediaRoutes,
  postPageRoutes,
  pageRoutes,
  statisticsRoutes,
];

/**
 * Serves on for the drain time while the health check already fails, so that the balancer sends nothing new; then
 * finishes what is in flight.
 */
async function stop(app: FastifyInstance, dependencies: Dependencies): Promise<void> {
  dependencies.drain.draining = true;
  await sleep(dependencies.config.DRAIN_SECONDS * 1000);
  await app.close();
  await closeDependencies(dependencies);
}

async function run(): Promise<void> {
  const config = parseApiConfig(process.env);
  const tracking = new ErrorTracking(config);
  const log = createLogger('api', config, tracking.report);
  void tracking.start(log);
  const dependencies = createDependencies(config, log);
  await dependencies.signingKeys.start();
  const forwarding = new Forwarding(config, dependencies.writerRegion, dependencies.signingKeys);
  const app = await createApp(config, dependencies.signingKeys, log, {
    forwarding,
    isOpen: (claims) => dependencies.sessions.isOpen(claims),
    bound: (bounded) =>
      useRateLimits(bounded, {
        limits: config.RATE_LIMITS,
        cache: dependencies.cache,
        on: () => dependencies.clientConfig.isOn('rateLimits'),
        counted: (request) => forwarding.isOurs(request),
      }),
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url;
    dependencies.metrics.request(request.method, route, reply.statusCode, reply.elapsedTime);
    const { sub: userId } = (request.user as SessionClaims | null) ?? {};
    if (userId !== undefined && reply.statusCode !== 401) dependencies.activeUsers.saw(userId);
    // What the request wrote is told at once; what a process leaves behind when it dies, by the others.
    if (!SAFE_METHODS.has(request.method)) dependencies.relay.wake();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (dependencies.drain.draining) void reply.header('connection', 'close');
  });
  for (const routes of ROUTES) {
    await app.register(async (instance) => {
      await routes(instance, dependencies);
    });
  }
  await Promise.all([
    dependencies.clientConfig.start(),
    dependencies.writerRegion.start(),
    dependencies.shards.start(),
    dependencies.cache.open(),
  ]);
  stopOnSignal(log, () => stop(app, dependencies).finally(() => tracking.close()), config.DRAIN_SECONDS);
  await app.listen({ host: config.LISTEN_HOST, port: config.PORT, backlog: 1024 });
  // The balancer sends nothing until then.
  await dependencies.schema.wait(() => dependencies.drain.draining);
  if (dependencies.drain.draining) return;
  // Without a queue jobs are done here, events kept among them.
  await (config.QUEUE_URL === undefined
    ? dependencies.statistics.start()
    : dependencies.statistics.startReading());
  dependencies.relay.start();
  dependencies.activeUsers.start();
  dependencies.invalidation.start();
}

main('api', run);
