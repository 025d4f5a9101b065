import type { Post } from '../database/posts';
import type { PageAssets } from './assets';
import { markup, type Html } from './html';

/** Words around a post, in each language that `?lang=` takes. */
const WORDS = {
  en: {
    by: 'User',
    open: 'Open in Tiers',
    more: 'More of this author',
    home: 'Go to Tiers',
    never: ['There is no such post', 'Check the address: a part of it may be missing.'],
    gone: ['This post was deleted', 'Whoever wrote it took it away. It will not come back.'],
    busy: ['This page cannot be shown now', 'Try again in a minute.'],
  },
  de: {
    by: 'Mitglied',
    open: 'In Tiers öffnen',
    more: 'Mehr von hier',
    home: 'Weiter zu Tiers',
    never: ['Diesen Beitrag gibt es nicht', 'Prüfe die Adresse: vielleicht fehlt ein Teil.'],
    gone: ['Dieser Beitrag wurde gelöscht', 'Wer ihn schrieb, hat ihn entfernt. Er kommt nicht wieder.'],
    busy: ['Diese Seite ist gerade nicht zu sehen', 'Versuche es in einer Minute wieder.'],
  },
} as const;
export const LANGUAGES = ['en', 'de'] as const satisfies readonly (keyof typeof WORDS)[];
export type Language = (typeof LANGUAGES)[number];
export type Theme = 'light' | 'dark';

/** All that a page depends on beside its post: what the CDN has in its key. */
export interface Variant {
  /** From the query `lang`. */
  readonly language: Language;
  /** From the cookie `theme`; without it, as the visitor's system has it. */
  readonly theme?: Theme;
  /** From the header `Save-Data`: nothing is fetched ahead. */
  readonly saveData: boolean;
}

interface Site {
  /** Origin of the page, without a slash at its end. */
  readonly origin: string;
  readonly assets: PageAssets;
}

/** No script at all: what somebody wrote can't become one even if an escape were missing. */
export const PAGE_POLICY =
  "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Cut between words where there are any, with an ellipsis in the last place. */
export function cut(text: string, characters: number): string {
  const line = [...text.replace(/\s+/g, ' ').trim()];
  if (line.length <= characters) return line.join('');
  const head = line.slice(0, characters - 1).join('');
  const space = head.lastIndexOf(' ');
  return `${space > characters / 2 ? head.slice(0, space) : head}…`;
}

/** As in the header of the app (`service/web/index.html`). */
const LOGO = markup`<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect x="4" y="5" width="24" height="5" rx="2.5"/><rect x="4" y="13.5" width="17" height="5" rx="2.5"/><rect x="4" y="22" width="10" height="5" rx="2.5"/></svg>`;

function layout(
  { assets }: Site,
  options: Pick<Variant, 'language' | 'theme'> & { readonly title: string },
  head: Html | undefined,
  main: Html,
): string {
  const { language, theme, title } = options;
  return markup`<!doctype html>
<html lang="${language}"${theme ? markup` data-theme="${theme}"` : undefined}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme ?? 'light dark'}">
<title>${title}</title>
${assets.icon === undefined ? undefined : markup`<link rel="icon" type="image/svg+xml" href="${assets.icon}">\n`}${assets.styles.map((style) => markup`<link rel="stylesheet" href="${style}">\n`)}${head}</head>
<body>
<header class="top"><a class="brand" href="/">${LOGO}Tiers</a></header>
<main id="main" class="public">
${main}
</main>
</body>
</html>
`.text;
}

/** @param name of the author; without it, as when it could not be had, the number stands for it */
export function postPage(
  site: Site,
  post: Post,
  name: string | undefined,
  { language, theme, saveData }: Variant,
): string {
  const words = WORDS[language];
  const address = `${site.origin}/p/${post.id}`;
  const author = name ?? `${words.by} ${post.authorId}`;
  const title = cut(post.text, 60);
  const description = cut(post.text, 200);
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const script = saveData ? undefined : site.assets.script;
  const head = markup`<meta name="description" content="${description}">
<link rel="canonical" href="${address}">
${LANGUAGES.map((other) => markup`<link rel="alternate" hreflang="${other}" href="${address}?lang=${other}">\n`)}<meta property="og:type" content="article">
<meta property="og:site_name" content="Tiers">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
<meta property="og:url" content="${address}">
<meta property="article:published_time" content="${post.createdAt}">
<meta name="twitter:card" content="summary">
${script === undefined ? undefined : markup`<link rel="prefetch" as="script" href="${script}">\n`}`;
  return layout(
    site,
    { language, theme, title: `${title} · Tiers` },
    head,
    markup`<article class="card">
<h1><a href="/#/user/${post.authorId}" rel="author">${author}</a></h1>
<p class="text" dir="auto" lang="">${post.text}</p>
<p class="meta"><time datetime="${post.createdAt}">${time.format(new Date(post.createdAt))} UTC</time></p>
</article>
<nav class="actions" aria-label="Tiers">
<a class="button" href="/#/post/${post.id}">${words.open}</a>
<a class="button second" href="/#/user/${post.authorId}">${words.more}</a>
</nav>`,
  );
}

/** Says what happened to a page, and where to go on. */
export function errorPage(site: Site, status: number, { language, theme }: Variant): string {
  const { never, gone, busy, home } = WORDS[language];
  const [title, advice] = status === 404 ? never : status === 410 ? gone : busy;
  return layout(
    site,
    { language, theme, title: `${title} · Tiers` },
    markup`<meta name="robots" content="noindex">\n`,
    markup`<section class="card" aria-labelledby="what">
<p class="status">${String(status)}</p>
<h1 id="what">${title}</h1>
<p class="lead">${advice}</p>
</section>
<nav class="actions" aria-label="Tiers"><a class="button" href="/">${home}</a></nav>`,
  );
}
