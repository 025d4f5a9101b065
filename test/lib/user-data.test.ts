import { parse } from 'yaml';
import fc from 'fast-check';
import { cloudConfig } from '../../lib/user-data';

interface CloudConfig {
  write_files: { path: string; permissions: string; content: string }[];
  runcmd: string[][];
}

test('any environment comes back out of the cloud-config as it went in', () => {
  const values = fc.dictionary(
    fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/),
    fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(values, (environment) => {
      const text = cloudConfig({ environment, units: ['tiers-api.service'] });
      expect(text.startsWith('#cloud-config\n')).toBe(true);
      const [file] = (parse(text) as CloudConfig).write_files;
      const lines = file!.content
        .trimEnd()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
      expect(Object.fromEntries(lines)).toEqual({ ...environment });
    }),
  );
});

test('units start in the order given', () => {
  const text = cloudConfig({
    environment: { A: '1' },
    units: ['tiers-migrate.service', 'tiers-worker.service'],
  });
  expect((parse(text) as CloudConfig).runcmd).toEqual([
    ['systemctl', 'enable', '--now', 'tiers-migrate.service'],
    ['systemctl', 'enable', '--now', 'tiers-worker.service'],
  ]);
});

test('a value with a line break is refused', () => {
  expect(() => cloudConfig({ environment: { KEY: 'a\nB=2' }, units: [] })).toThrow(
    'KEY: the value has a line break',
  );
});
