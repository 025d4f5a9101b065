// Writes tools/region/regions.json anew: zones and hardware of each region from a checkout of cfn-lint, which AWS's price
// lists feed; names, opt-in, continents and time zones stay as they are in the file, and a region that the file does not
// name yet has to be given them there first. docs/regions.md says where each column comes from.
//
//   node scripts/regions-table.mjs <checkout of aws-cloudformation/cfn-lint>
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const table = resolve(dirname(fileURLToPath(import.meta.url)), '../tools/region/regions.json');
const checkout = process.argv[2];
if (checkout === undefined) {
  console.error('usage: node scripts/regions-table.mjs <checkout of aws-cloudformation/cfn-lint>');
  process.exit(1);
}
const git = (...args) =>
  execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const extension = (path) => `src/cfnlint/data/schemas/extensions/${path}.json`;
const HELPERS = 'src/cfnlint/helpers.py';
const FILES = {
  instances: extension('aws_ec2_instance/instancetype_enum'),
  databases: extension('aws_rds_dbinstance/dbinstanceclass_enum'),
  caches: extension('aws_elasticache_cachecluster/cachenodetype_enum'),
};

// What deployments/hardware.ts takes: the same families and sizes.
const LARGE = '(large|([2-9]|[1-9]\\d)?xlarge)';
const NITRO = '([5-9]|1\\d)[a-z]*';
const TAKEN = {
  instances: `(t3a?|t4g)\\.(nano|micro|small|medium|large|2?xlarge)|[cmr]${NITRO}(-flex)?\\.(medium|${LARGE})`,
  databases: `db\\.((t3|t4g)\\.(micro|small|medium|large|2?xlarge)|[mr]${NITRO}\\.${LARGE})`,
  caches: `cache\\.((t3|t4g)\\.(micro|small|medium)|(m5|m6g|m7g|r5|r6g|r7g|c7gn)\\.${LARGE})`,
};

/** Types that a region has: an enumeration, or for databases one for each engine and licence. */
function typesOf(kind, entry) {
  const all =
    kind === 'databases'
      ? entry.allOf
          .filter((rule) => rule.if.properties.Engine.const === 'postgres')
          .flatMap((rule) => rule.then.properties.DBInstanceClass.enum)
      : entry.enum;
  const taken = new RegExp(`^(${TAKEN[kind]})$`);
  return [...new Set(all)].filter((type) => taken.test(type));
}

const order = ['nano', 'micro', 'small', 'medium', 'large', 'xlarge'];
const rank = (size) => (order.includes(size) ? order.indexOf(size) : 100 + parseInt(size, 10));
const bySize = (one, other) => rank(one) - rank(other);
const split = (type) => [type.slice(0, type.lastIndexOf('.')), type.slice(type.lastIndexOf('.') + 1)];

const known = JSON.parse(readFileSync(table, 'utf8'));
const helpers = git('show', `HEAD:${HELPERS}`);
const lists = Object.fromEntries(
  Object.entries(FILES).map(([kind, file]) => [kind, JSON.parse(git('show', `HEAD:${file}`))]),
);
const unnamed = Object.keys(lists.databases).filter(
  (region) => !(region in known.regions) && !/^(cn|us-gov|us-iso|eu-iso|eusc)/.test(region),
);
if (unnamed.length > 0) {
  console.error(`no name, opt-in, continent and time zone in ${table} for: ${unnamed.join(', ')}`);
  process.exit(1);
}

const sizes = { instances: {}, databases: {}, caches: {} };
const regions = {};
for (const [region, kept] of Object.entries(known.regions)) {
  const block = new RegExp(`"${region}": \\[([^\\]]*)\\]`).exec(helpers)[1];
  const letters = [...block.matchAll(/"[a-z0-9-]+?\d([a-z])"/g)].map((match) => match[1]);
  // An order that somebody gave them stays while the letters do.
  const same = [...(kept.zones ?? '')].sort().join('') === [...letters].sort().join('');
  const { name, optIn, continent, timeZone } = kept;
  const entry = { name, optIn, continent, timeZone, zones: same ? kept.zones : letters.join('') };
  for (const kind of Object.keys(FILES)) {
    const has = {};
    for (const type of typesOf(kind, lists[kind][region])) {
      const [family, size] = split(type);
      (has[family] ??= []).push(size);
      sizes[kind][family] = [...new Set([...(sizes[kind][family] ?? []), size])].sort(bySize);
    }
    entry[kind] = has;
  }
  regions[region] = entry;
}
for (const entry of Object.values(regions)) {
  const without = [];
  for (const kind of Object.keys(FILES)) {
    for (const [family, has] of Object.entries(entry[kind]))
      without.push(
        ...sizes[kind][family].filter((size) => !has.includes(size)).map((size) => `${family}.${size}`),
      );
    entry[kind] = Object.keys(entry[kind]).sort().join(' ');
  }
  if (without.length > 0) entry.without = without.sort().join(' ');
}

const dated = (file) => git('log', '-1', '--format=%cs %H', '--', file).trim().split(' ');
const fresh = Object.fromEntries(
  Object.entries({ zones: HELPERS, ...FILES }).map(([kind, file]) => {
    const [date, commit] = dated(file);
    return [kind, { repository: 'aws-cloudformation/cfn-lint', file, commit, date }];
  }),
);
const families = Object.fromEntries(
  Object.entries(sizes).map(([kind, members]) => [
    kind,
    Object.fromEntries(
      Object.keys(members)
        .sort()
        .map((family) => [family, members[family].join(' ')]),
    ),
  ]),
);
writeFileSync(
  table,
  `${JSON.stringify({ sources: { ...known.sources, ...fresh }, families, regions }, null, 2)}\n`,
);
