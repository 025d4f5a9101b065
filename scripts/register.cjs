'use strict';
// Lets Node.js run the TypeScript of this repository: ts-node compiles it with swc, and what it compiled is kept below
// .cache/, so that neither is loaded again while the sources stay as they are. Stack traces show the compiled lines; for
// those of the sources: node --enable-source-maps --require ./scripts/register.cjs <file>.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { addHook } = require('pirates');

const root = dirname(__dirname);
const folder = join(root, '.cache', 'ts');
const project = join(root, 'tsconfig.json');
const digest = (...texts) =>
  texts.reduce((hash, text) => hash.update(text).update('\0'), createHash('sha256')).digest('hex');
const settings = digest(process.version, readFileSync(project), readFileSync(join(root, 'package.json')));
mkdirSync(folder, { recursive: true });

let compiler;
function compile(source, file) {
  compiler ??= require('ts-node').create({ cwd: root, project });
  return compiler.compile(source, file);
}

/** The compiled text of a file; kept whole or not at all, as several processes may write it at once. */
function compiled(source, file) {
  const kept = join(folder, digest(settings, file, source));
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const text = compile(source, file);
    writeFileSync(`${kept}.${process.pid}`, text);
    renameSync(`${kept}.${process.pid}`, kept);
    return text;
  }
}

addHook(compiled, { exts: ['.ts'] });
