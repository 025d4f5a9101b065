import { createHash } from 'node:crypto';
import { ask, expectStatus, textAt, unexpected, type Answer, type Request } from './ask';
import type { Settings } from './settings';

/** Runs one step of the journey under a name that its figures bear. */
export type RunStep = (name: string, step: () => Promise<void>) => Promise<unknown>;

interface Session {
  readonly token: string;
  readonly userId: string;
}

/** What the page must have: its title, and a script that it starts with. */
const TITLE = '<title>Tiers</title>';
const SCRIPT = /<script[^>]+src="(?<path>\/assets\/[^"]+\.js)"/;

/**
 * The way of a user from outside: the page with its script, the settings that it asks for, log-in (sign-up the first time), a
 * post, and reading it back in both ways. Throws at the first step that a user would not get through.
 */
export async function journey(
  settings: Settings,
  password: string,
  { run, now }: { readonly run: RunStep; readonly now: Date },
): Promise<void> {
  const { siteUrl, apiUrl } = settings;
  const text = `Canary at ${now.toISOString()}`;
  let session: Session | undefined;
  let written: { readonly id: string; readonly position: string } | undefined;

  await run('page', async () => {
    const page = await expectStatus(`${siteUrl}/`, 200);
    const script = SCRIPT.exec(page.text)?.groups?.path;
    if (!page.text.includes(TITLE) || !script) {
      throw new Error(
        `GET ${siteUrl}/: expected the page with ${TITLE} and its script: ${page.text.slice(0, 200)}`,
      );
    }
    await expectStatus(`${siteUrl}${script}`, 200);
  });
  await run('client-config', async () => {
    const url = `${apiUrl}/v1/client-config`;
    textAt(await expectStatus(url, 200), url, 'apiBaseUrl');
  });
  await run('log-in', async () => {
    session = await logIn(settings, password);
  });
  await run('post', async () => {
    const url = `${apiUrl}/v1/posts`;
    const answer = await expectStatus(url, 201, {
      method: 'POST',
      body: { text },
      headers: { authorization: `Bearer ${session!.token}` },
    });
    written = {
      id: textAt(answer, url, 'post', 'id'),
      position: answer.headers.get('x-tiers-position') ?? '',
    };
  });
  await run('read-back', async () => {
    const { id, position } = written!;
    const headers: Record<string, string> = position ? { 'x-tiers-position': position } : {};
    const url = `${apiUrl}/v1/posts/${id}`;
    const found = textAt(await expectStatus(url, 200, { headers }), url, 'post', 'text');
    if (found !== text) throw new Error(`GET ${url}: expected "${text}", received "${found}"`);
    const list = `${apiUrl}/v1/users/${session!.userId}/posts?limit=5`;
    const listed = await expectStatus(list, 200, { headers });
    if (!listed.text.includes(`"${id}"`)) {
      throw new Error(
        `GET ${list}: the post ${id} is not among the newest five: ${listed.text.slice(0, 200)}`,
      );
    }
  });
}

/** The one account of a password: nobody can guess its name and take it, and a new password comes with a new account. */
export function accountName(password: string): string {
  return `canary-${createHash('sha256').update(password).digest('hex').slice(0, 20)}`;
}

/** An account that does not exist is answered like a wrong password: the first run makes it. */
async function logIn({ apiUrl }: Settings, password: string): Promise<Session> {
  const name = accountName(password);
  const request: Request = { method: 'POST', body: { name, password } };
  const url = `${apiUrl}/v1/sessions`;
  const answer = await ask(url, request);
  if (answer.status === 201) return sessionOf(answer, url);
  if (answer.status !== 401) throw unexpected(url, 201, answer, request);
  const signUp = `${apiUrl}/v1/users`;
  const made = await ask(signUp, request);
  if (made.status === 201) return sessionOf(made, signUp);
  if (made.status === 409) {
    throw new Error(`POST ${url}: the account ${name} is there and refuses its password`);
  }
  throw unexpected(signUp, 201, made, request);
}

function sessionOf(answer: Answer, url: string): Session {
  return { token: textAt(answer, url, 'token'), userId: textAt(answer, url, 'user', 'id') };
}
