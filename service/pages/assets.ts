import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Addresses of the files that Vite gave names by their content. */
export interface PageAssets {
  readonly styles: readonly string[];
  /** Script of the app, which somebody who reads a post may open next. */
  readonly script?: string;
  readonly icon?: string;
}

const manifest = z.object({
  'index.html': z.object({ file: z.string(), css: z.array(z.string()).default([]) }),
  'icon.svg': z.object({ file: z.string() }),
});

/** What the build's manifest names; nothing without a built page, which leaves post pages plain. */
export function pageAssets(webRoot: string | undefined): PageAssets {
  if (webRoot === undefined) return { styles: [] };
  const { 'index.html': page, 'icon.svg': icon } = manifest.parse(
    JSON.parse(readFileSync(join(webRoot, 'manifest.json'), 'utf8')),
  );
  return { styles: page.css.map((name) => `/${name}`), script: `/${page.file}`, icon: `/${icon.file}` };
}
