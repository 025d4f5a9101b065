import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { authenticate } from '../http/authentication';
import { Idempotency } from '../http/idempotency';
import type { ZodTypes } from '../http/zod';
import type { Dependencies } from '../dependencies';
import { requireFeature } from './features';
import { absent, requireId } from './ids';
import { bearer, boost, bodyFailures, idParams, newBoost, payHeaders } from './schemas';

/** The one thing here that is paid for. docs/service.md says where a payment provider comes in. */
export async function boostRoutes(
  instance: FastifyInstance,
  { boosts, posts, idempotency, clientConfig, metrics }: Dependencies,
) {
  instance.withTypeProvider<ZodTypes>().post(
    '/v1/posts/:id/boosts',
    {
      onRequest: authenticate,
      preHandler: [requireFeature(clientConfig, 'boosts'), requireId('post')],
      schema: {
        summary: 'Pay for a post to be seen more',
        security: bearer,
        params: idParams,
        headers: payHeaders,
        body: newBoost,
        response: { 201: z.object({ boost }), ...bodyFailures(401, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const userId = request.user.sub;
      const wanted = { postId: request.params.id, ...request.body };
      const requestKey = Idempotency.requestKey(`boost ${userId}`, request.headers['idempotency-key']);
      const { result, replayed } = await idempotency.run(requestKey, wanted, async () => {
        // The post may be in another database than its payer, so no foreign key stands for it.
        if (!(await posts.exists(wanted.postId))) throw absent('post', wanted.postId);
        return boosts.insert(userId, wanted, requestKey);
      });
      const { created, boost: paid } = result.value;
      const same = (['postId', 'amountCents', 'currency'] as const).every((key) => paid[key] === wanted[key]);
      if (!same) throw Idempotency.reused();
      if (replayed || !created) void reply.header('idempotent-replayed', 'true');
      else {
        const { amountCents, currency } = paid;
        metrics.purchase(currency, amountCents);
        request.log.info(
          { event: 'purchase', userId, amountCents, currency, postId: paid.postId, boostId: paid.id },
          'post boosted',
        );
      }
      void reply.status(201).header('x-tiers-position', result.position);
      return { boost: paid };
    },
  );
}
