import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Boosts } from '../../../service/database/boosts';
import { Pictures } from '../../../service/database/pictures';
import { Posts } from '../../../service/database/posts';
import { postsOfAuthors } from '../../../service/feed/posts-of-authors';
import { Users } from '../../../service/database/users';
import type { Shards } from '../../../service/sharding/shards';
import { log, ShardServers } from './shard-servers';

/** `| \`call\` | 2 |` of the documentation. */
const BUDGETS = new Map(
  [
    ...readFileSync(join(__dirname, '../../../docs/data.md'), 'utf8').matchAll(
      /^\| `(\w+(?:\.\w+)?)` \| (\d+)/gm,
    ),
  ].map(([, call = '', statements]) => [call, Number(statements)]),
);

describe('statements of a call', () => {
  let servers: ShardServers;
  let shards: Shards;
  let statements = 0;

  beforeAll(async () => {
    servers = await ShardServers.start(1);
    shards = servers.shards();
    shards.all[0]!.writer.on('connect', (client) => {
      const query = client.query.bind(client);
      client.query = ((...all: Parameters<typeof query>) => {
        statements += 1;
        return query(...all);
      }) as typeof client.query;
    });
  }, 60_000);
  afterAll(() => servers.stop(), 60_000);

  test('are as many as the documentation says', async () => {
    const users = new Users(shards);
    const posts = new Posts(shards);
    const pictures = new Pictures(shards);
    const boosts = new Boosts(shards);
    const user = (await users.insert('ada', 'hash', undefined)).value.user.id;
    const post = (await posts.insert(user, 'text', undefined)).value.id;
    const deleted = (await posts.insert(user, 'text', undefined)).value.id;
    await posts.delete(deleted, user);
    const picture = (await pictures.insert(user, 'image/png', 1)).value.id;
    const calls: Record<string, () => Promise<unknown>> = {
      'users.insert': () => users.insert('bob', 'hash', undefined),
      'users.findByName': () => users.findByName('ada'),
      'posts.insert': () => posts.insert(user, 'text', 'key'),
      'posts.find': () => posts.find(post),
      'posts.exists': () => posts.exists(post),
      'posts.wasDeleted': () => posts.wasDeleted(deleted),
      'posts.listByAuthor': () => posts.listByAuthor(user, 10),
      postsOfAuthors: () => postsOfAuthors(shards, [user], { limit: 10 }, log),
      'pictures.insert': () => pictures.insert(user, 'image/png', 1),
      'pictures.find': () => pictures.find(picture),
      'boosts.insert': () => boosts.insert(user, { postId: post, amountCents: 500, currency: 'EUR' }, 'key'),
    };
    const counted: [string, number][] = [];
    for (const [name, call] of Object.entries(calls)) {
      statements = 0;
      await call();
      counted.push([name, statements]);
    }
    expect(counted).toEqual([...BUDGETS]);
  });
});
