/** What the page remembers while its tab is open. */
export interface Session {
  readonly user: { readonly id: string; readonly name: string };
  readonly token: string;
  /** Good for one new pair of tokens. */
  readonly refreshToken?: string;
}

const SESSION = 'tiers.session';
const POSITION = 'tiers.position';

export function readSession(): Session | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(SESSION) ?? 'null') as Session | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepSession(session: Session | undefined): void {
  if (session === undefined) sessionStorage.clear();
  else sessionStorage.setItem(SESSION, JSON.stringify(session));
}

const FAREWELL = 'tiers.farewell';
/** What is said on the page that is loaded next, once. */
export const farewell = {
  set: (text: string): void => sessionStorage.setItem(FAREWELL, text),
  take: (): string | undefined => {
    const text = sessionStorage.getItem(FAREWELL) ?? undefined;
    sessionStorage.removeItem(FAREWELL);
    return text;
  },
};

/** Where the writer stood after this visitor's last write; sent along so that reads are never older. */
export const position = {
  get: (): string | undefined => sessionStorage.getItem(POSITION) ?? undefined,
  set: (value: string): void => sessionStorage.setItem(POSITION, value),
};

/** Names this browser, for what is rolled out to a share of visitors; it is sent nowhere. */
export function installation(): string {
  const known = localStorage.getItem('tiers.installation') ?? crypto.randomUUID();
  localStorage.setItem('tiers.installation', known);
  return known;
}
