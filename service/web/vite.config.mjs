import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    emptyOutDir: true,
    target: 'es2022',
    // Inlined files would need a looser content security policy.
    assetsInlineLimit: 0,
    // Tells the service the names of the files for the pages that it renders.
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
  },
});
