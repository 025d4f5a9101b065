import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Addresses of the files that Vite gave names by their content. */
export interface PageAssets {
  readonly styles: readonly string[];
  /** Script of the app, which somebody who reads a post may open next. */
  readonly script?: string;
}

const manifest = z.object({
  'index.html': z.object({ file: z.string(), css: z.array(z.string()).default([]) }),
});

/** What the build's manifest names; nothing without a built page, which leaves post pages plain. */
export function pageAssets(webRoot: string | undefined): PageAssets {
  if (webRoot === undefined) return { styles: [] };
  const { file, css } = manifest.parse(JSON.parse(readFileSync(join(webRoot, 'manifest.json'), 'utf8')))[
    'index.html'
  ];
  return { styles: css.map((name) => `/${name}`), script: `/${file}` };
}
