import path from 'node:path';
import { boundaries } from '../boundaries.mjs';
import { importVisitor } from '../imports.mjs';

const slashes = (file) => file.split(path.sep).join('/');

/** 'lib/cidr' for '../lib/cidr' in modules/, the name itself for a package. */
function target(source, filename, root) {
  if (!source.startsWith('.')) return { name: source, local: false };
  const name = slashes(path.relative(root, path.resolve(path.dirname(filename), source)));
  return { name, local: true };
}

function matches(entry, { name, local }) {
  const folder = entry.endsWith('/') && !entry.startsWith('@');
  if (folder !== local) return false;
  return (
    name === entry ||
    name === entry.replace(/\/$/, '') ||
    name.startsWith(entry.endsWith('/') ? entry : `${entry}/`)
  );
}

function crosses(boundary, imported) {
  if (boundary.only) return !boundary.only.some((entry) => matches(entry, imported));
  if (boundary.except?.test(imported.name)) return false;
  return boundary.forbid.some((entry) => matches(entry, imported));
}

/** Imports run in one direction; the table is eslint/boundaries.mjs. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'Imports run in one direction' },
    schema: [],
    messages: { crosses: '{{file}} imports {{name}}: {{why}}.' },
  },
  create(context) {
    const file = slashes(path.relative(context.cwd, context.filename));
    const own = boundaries.filter((boundary) => boundary.files.test(file));
    if (own.length === 0) return {};
    return importVisitor((node, source) => {
      const imported = target(source, context.filename, context.cwd);
      const boundary = own.find((candidate) => crosses(candidate, imported));
      if (!boundary) return;
      context.report({ node, messageId: 'crosses', data: { file, name: imported.name, why: boundary.why } });
    });
  },
};
