import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudFrontClient,
  CreateDistributionCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import pino from 'pino';
import { batched, openPageCache, PATHS_LIMIT, pathsOf, type PageCache } from '../../service/cdn/invalidation';
import { Ministack } from '../support/ministack';

const log = pino({ level: 'silent' });
const config = {
  TIERS_ENVIRONMENT: 'test',
  AWS_REGION: 'eu-west-1',
  INSTANCE_ID: 'i-test',
  LOG_LEVEL: 'silent' as const,
};
const PAGES = ['/p/5', '/p/5?lang=en', '/p/5?lang=de', '/v1/posts/5'];

test('every address of a post is named, each language with it', () => {
  expect(pathsOf('5')).toEqual(PAGES);
});

describe('what is asked while an order is under way', () => {
  const orders: (readonly string[])[] = [];
  let answer: (() => Promise<void>)[] = [];
  let end: () => void = () => undefined;
  const send = batched(async (paths) => {
    orders.push(paths);
    await (answer.shift() ?? (async () => undefined))();
  });
  beforeEach(() => {
    orders.length = 0;
    answer = [() => new Promise((resolve) => (end = resolve))];
  });

  test('goes together into the next one, each address once', async () => {
    const first = send(['/a']);
    await new Promise(setImmediate);
    const rest = [send(['/b', '/c']), send(['/c', '/d'])];
    end();
    await Promise.all([first, ...rest]);
    expect(orders).toEqual([['/a'], ['/b', '/c', '/d']]);
  });

  test('is told of its own failure, and what comes after it is not', async () => {
    answer = [
      async () => {
        throw new Error('TooManyInvalidationsInProgress');
      },
    ];
    await expect(send(['/a'])).rejects.toThrow('TooMany');
    await expect(send(['/a'])).resolves.toBeUndefined();
  });

  test('is split where it is more than one order may hold', async () => {
    answer = [];
    await send(Array.from({ length: PATHS_LIMIT + 1 }, (_, n) => `/${n}`));
    expect(orders.map((paths) => paths.length)).toEqual([PATHS_LIMIT, 1]);
  });
});

describe('CloudFront', () => {
  let ministack: Ministack;
  let cloudFront: CloudFrontClient;
  let ssm: SSMClient;
  let pages: PageCache;
  const before = { ...process.env };
  beforeAll(async () => {
    ministack = await Ministack.start();
    Object.assign(process.env, ministack.environment);
    cloudFront = new CloudFrontClient({ region: 'us-east-1' });
    ssm = new SSMClient({ region: 'us-east-1' });
    pages = openPageCache({ ...config, CDN_DISTRIBUTION_PARAMETER: '/tiers/test/cdn-distribution' }, log);
  }, 60_000);
  afterAll(async () => {
    pages?.close();
    cloudFront?.destroy();
    ssm?.destroy();
    process.env = before;
    await ministack?.stop();
  });

  test('has nothing to forget before the edge was applied, and is asked as soon as it was', async () => {
    await expect(pages.forget('5')).resolves.toBeUndefined();
    const { Distribution } = await cloudFront.send(
      new CreateDistributionCommand({
        DistributionConfig: {
          CallerReference: 'test',
          Comment: '',
          Enabled: true,
          Origins: { Quantity: 1, Items: [{ Id: 'o', DomainName: 'o.example.com' }] },
          DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'https-only' },
        },
      }),
    );
    const DistributionId = Distribution?.Id ?? '';
    await ssm.send(
      new PutParameterCommand({
        Name: '/tiers/test/cdn-distribution',
        Type: 'String',
        Value: DistributionId,
      }),
    );
    // Two edits of one post are two orders: one that was taken before says nothing of what came after.
    await pages.forget('5');
    await pages.forget('5');
    const { InvalidationList } = await cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
    const ids = InvalidationList?.Items?.map(({ Id }) => Id) ?? [];
    expect(ids).toHaveLength(2);
    for (const Id of ids) {
      const { Invalidation } = await cloudFront.send(new GetInvalidationCommand({ DistributionId, Id }));
      expect(Invalidation?.InvalidationBatch?.Paths?.Items).toEqual(PAGES);
    }
  }, 30_000);

  test('that does not answer is an error, so that whoever asked asks again', async () => {
    const lost = openPageCache(
      { ...config, CDN_DISTRIBUTION_PARAMETER: '/tiers/test/cdn-distribution' },
      log,
    );
    await lost.forget('6');
    await ministack.stop();
    await expect(lost.forget('6')).rejects.toThrow();
    lost.close();
  }, 30_000);
});

describe('the stand-in', () => {
  let server: Server;
  const asked: string[] = [];
  let status = 200;
  let pages: PageCache;
  beforeAll(async () => {
    server = createServer(({ method, url }, answer) => {
      asked.push(`${method} ${url}`);
      answer.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    pages = openPageCache({ ...config, CDN_PURGE_URL: `http://127.0.0.1:${port}` }, log);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('is asked for each address by PURGE', async () => {
    await pages.forget('5');
    expect(asked).toEqual(PAGES.map((path) => `PURGE ${path}`));
  });

  test('that refuses is an error', async () => {
    status = 403;
    await expect(pages.forget('5')).rejects.toThrow('PURGE /p/5 answered 403');
  });
});

test('without a CDN there is nothing to do', async () => {
  await expect(openPageCache(config, log).forget('5')).resolves.toBeUndefined();
});
