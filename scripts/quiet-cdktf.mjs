// Replaces node_modules/.bin/cdktf by a command that runs the same program with its telemetry off: the cdktf command line
// reads that choice from its environment only, and `npx cdktf` has to be quiet by itself. Run after every install.
import { rmSync, writeFileSync } from 'node:fs';

const bin = new URL('../node_modules/.bin/cdktf', import.meta.url);
const lines = [
  '#!/bin/sh',
  '# Written by scripts/quiet-cdktf.mjs.',
  'export CHECKPOINT_DISABLE=1',
  'here=$(cd "$(dirname "$0")" && pwd)',
  'exec node "$here/../cdktf-cli/bundle/bin/cdktf" "$@"',
  '',
];
rmSync(bin, { force: true });
writeFileSync(bin, lines.join('\n'), { mode: 0o755 });
