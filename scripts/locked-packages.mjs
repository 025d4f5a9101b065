// A part of package-lock.json: the named packages with all that they need, each at its version and by its hash.

/** Names of the packages that source texts import, without those of Node.js and without files. */
export function importedPackages(texts) {
  const names = texts.flatMap((text) =>
    [
      ...text.matchAll(
        /(?:(?<![:'])\bfrom|\bimport\(|\bimport|\brequire\() ?'((?:@[^'/]+\/)?[^'./@][^'/]*)[^']*'/g,
      ),
    ].map(([, name]) => name),
  );
  return [...new Set(names)].filter((name) => !name.startsWith('node:')).sort();
}

/** A manifest and its lock file for these packages alone. Throws where the lock file does not have one of them. */
export function lockedPart({ manifest, lock, names, title }) {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  const dependencies = Object.fromEntries(
    names.map((name) => {
      if (wanted[name] === undefined)
        throw new Error(`package.json: no version of ${name}, which ${title} needs`);
      return [name, wanted[name]];
    }),
  );
  const packages = {};
  const add = (path) => {
    if (packages[path]) return;
    // Without the marks of the whole tree: here nothing is for development.
    const entry = { ...lock.packages[path] };
    delete entry.dev;
    delete entry.devOptional;
    packages[path] = entry;
    const required = { ...entry.dependencies };
    const optional = { ...entry.optionalDependencies, ...entry.peerDependencies };
    for (const name of Object.keys(required)) add(find(path, name) ?? missing(path, name));
    for (const name of Object.keys(optional)) {
      const found = find(path, name);
      if (found) add(found);
    }
  };
  const missing = (path, name) => {
    throw new Error(`package-lock.json: ${path} needs ${name}, which is not there; run npm install`);
  };
  /** The nearest node_modules that has the package, from the inside to the outside. */
  const find = (path, name) => {
    for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
      const at = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      if (lock.packages[at]) return at;
      if (folder === '') return undefined;
    }
  };
  for (const name of names) add(find('', name) ?? missing('package.json', name));
  const root = { name: 'tiers-service', version: manifest.version, dependencies };
  return {
    manifest: { ...root, private: true, overrides: manifest.overrides ?? {} },
    lock: { ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } },
  };
}
