import { closeClient, post, send, signUp, type Post, type Session } from './client';

/** The public page of a post, asked for as a browser or a CDN does. */
const TEXT = 'Tea & <b>cake</b> "for" <script>alert(\'x\')</script>\nsecond line 世界';
let author: Session;
let id: string;
let position: string;

const page = (path: string, headers: Record<string, string> = {}) =>
  send('GET', path, undefined, { 'x-tiers-position': position, ...headers });
const text = ({ bytes }: { readonly bytes: Buffer }): string => bytes.toString('utf8');

beforeAll(async () => {
  author = await signUp();
  const answer = await post<{ post: Post }>('/v1/posts', { text: TEXT }, { token: author.token });
  id = answer.body.post.id;
  position = answer.headers['x-tiers-position'] ?? '';
});
afterAll(closeClient);

describe('the page of a post', () => {
  test('shows the text as text, and the way to its author', async () => {
    const answer = await page(`/p/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text(answer)).toContain(
      'Tea &amp; &lt;b&gt;cake&lt;/b&gt; &quot;for&quot; &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\nsecond line 世界',
    );
    expect(text(answer)).not.toMatch(/<script|<b>/);
    expect(text(answer)).toContain(`href="/#/user/${author.user.id}"`);
  });

  test('has a title, a description and an address of its own for search engines and previews', async () => {
    const html = text(await page(`/p/${id}`));
    expect(html).toMatch(/<title>Tea &amp; &lt;b&gt;cake.* · Tiers<\/title>/);
    const contents = Object.fromEntries(
      [...html.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)">/g)].map(([, name, content]) => [
        name,
        content,
      ]),
    );
    expect(contents['description']).toContain('second line 世界');
    expect(contents['og:title']).toMatch(/^Tea &amp; /);
    expect(contents['og:type']).toBe('article');
    expect(contents['og:url']).toMatch(new RegExp(`^https?://[^"]+/p/${id}$`));
    expect(html).toContain(`<link rel="canonical" href="${contents['og:url']}">`);
  });

  test('can hold no script, and may not be framed', async () => {
    const policy = (await page(`/p/${id}`)).headers['content-security-policy'];
    expect(policy).toContain("script-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  test('may be kept by the CDN for a minute, while it asks again, and while nobody answers', async () => {
    const { headers } = await page(`/p/${id}`);
    expect(headers['cache-control']).toBe(
      'public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400',
    );
    expect(headers['vary']).toBe('Cookie, Save-Data');
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each([(tag: string) => tag, (tag: string) => `"other", W/${tag}`, () => '*'])(
    'is not sent again to who has it (%#)',
    async (given) => {
      const { headers } = await page(`/p/${id}`);
      const again = await page(`/p/${id}`, { 'if-none-match': given(headers['etag'] ?? '') });
      expect([again.status, again.bytes.length, again.headers['etag']]).toEqual([304, 0, headers['etag']]);
      expect(again.headers['cache-control']).toBe(headers['cache-control']);
    },
  );

  test('is sent to who has another one', async () => {
    expect((await page(`/p/${id}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('answers HEAD as GET, without the body', async () => {
    const head = await send('HEAD', `/p/${id}`, undefined, { 'x-tiers-position': position });
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers['etag']).toBe((await page(`/p/${id}`)).headers['etag']);
  });

  test('speaks the language of the query', async () => {
    const [english, german] = [await page(`/p/${id}`), await page(`/p/${id}?lang=de`)];
    expect(text(english)).toContain('<html lang="en">');
    expect(text(german)).toContain('<html lang="de">');
    expect(text(german)).toContain('In Tiers öffnen');
    expect(german.headers['etag']).not.toBe(english.headers['etag']);
  });

  test.each(['xx', '', 'de%22%3E'])(
    'in a language that there is none of (%s) is at its own address',
    async (lang) => {
      const answer = await page(`/p/${id}?lang=${lang}`);
      expect([answer.status, answer.headers['location']]).toEqual([302, `/p/${id}`]);
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );

  test('takes the theme of the cookie, and of no other value or cookie', async () => {
    const theme = async (cookie: string) =>
      /data-theme="(\w+)"/.exec(text(await page(`/p/${id}`, { cookie })))?.[1];
    expect(await theme('a=b; theme=dark')).toBe('dark');
    expect(await theme('theme=light')).toBe('light');
    expect(await theme('theme=pink')).toBeUndefined();
    expect(await theme('mytheme=dark')).toBeUndefined();
  });

  test('fetches nothing ahead for who saves data', async () => {
    expect(text(await page(`/p/${id}`, { 'save-data': 'on' }))).not.toContain('prefetch');
  });

  test('depends on nothing else', async () => {
    const { headers } = await page(`/p/${id}`);
    const other = await page(`/p/${id}?utm_source=x`, {
      'accept-language': 'de',
      'user-agent': 'other',
      authorization: 'Bearer x',
      cookie: 'session=1',
    });
    expect(other.headers['etag']).toBe(headers['etag']);
  });
});

const PAGE_OF_ERROR = 'text/html; charset=utf-8';

describe('a page that is not there', () => {
  test.each(['/p/99999999999999999', '/p/abc', '/p/1%00', '/p/%3Cscript%3E', '/p/68719476736'])(
    '%s is a 404 that nobody keeps, and says what to do',
    async (path) => {
      const answer = await page(path);
      expect([answer.status, answer.headers['content-type']]).toEqual([404, PAGE_OF_ERROR]);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(text(answer)).toContain('There is no such post');
      expect(text(answer)).toContain('<meta name="robots" content="noindex">');
      expect(text(answer)).not.toContain('<script');
    },
  );
});

describe('the page of a deleted post', () => {
  let path: string;
  beforeAll(async () => {
    const { token } = author;
    const written = await post<{ post: Post }>('/v1/posts', { text: 'not for long' }, { token });
    path = `/p/${written.body.post.id}`;
    const gone = await send('DELETE', `/v1/posts/${written.body.post.id}`, undefined, {
      authorization: `Bearer ${token}`,
    });
    expect(gone.status).toBe(204);
    position = gone.headers['x-tiers-position'] ?? '';
  });

  test('is gone, and nothing of the post is left in it', async () => {
    const answer = await page(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([410, PAGE_OF_ERROR]);
    expect(text(answer)).toContain('This post was deleted');
    expect(text(answer)).not.toContain('not for long');
    expect(text(answer)).toContain('<meta name="robots" content="noindex">');
    expect(answer.headers['content-security-policy']).toContain("script-src 'none'");
  });

  test('may be kept for a minute, by the CDN alone, and not beyond', async () => {
    const { headers } = await page(path);
    expect([headers['cache-control'], headers['vary']]).toEqual([
      'public, max-age=0, s-maxage=60',
      'Cookie, Save-Data',
    ]);
  });

  test('speaks the language of the query, in the theme of the cookie', async () => {
    const answer = await page(`${path}?lang=de`, { cookie: 'theme=dark' });
    expect([answer.status, text(answer)]).toEqual([410, expect.stringContaining('wurde gelöscht')]);
    expect(text(answer)).toContain('<html lang="de" data-theme="dark">');
  });

  test('in a language that there is none of is at its own address', async () => {
    const answer = await page(`${path}?lang=xx`);
    expect([answer.status, answer.headers['location']]).toEqual([302, path]);
  });
});
