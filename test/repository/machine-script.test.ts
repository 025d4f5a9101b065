import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { readDocuments } from '../../modules/machine-image';
import { ROOT } from './support/root';

const created = z.array(z.object({ path: z.string(), content: z.string() }));
// No plain machine makes videos.
const documents = readDocuments(undefined, false).map(
  ({ text }) =>
    parse(text) as {
      phases: { name: string; steps: { action: string; name: string; inputs?: unknown }[] }[];
    },
);
const steps = documents.flatMap(({ phases }) => phases.flatMap((phase) => phase.steps));
/** What the documents of the image put on a machine. */
const files = steps
  .filter(({ action }) => action === 'CreateFile')
  .flatMap(({ inputs }) => created.parse(inputs));

describe('the script for plain machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-machine-'));
  const script = join(folder, 'setup-machine.sh');
  const certificates = join(folder, 'ca.pem');
  const artifact = join(folder, 'service-1.2.3.tgz');
  const digest = (): string => createHash('sha256').update(readFileSync(artifact)).digest('hex');

  beforeAll(async () => {
    await execa(process.execPath, ['scripts/machine-script.mjs', `--out=${script}`], { cwd: ROOT });
    writeFileSync(certificates, '-----BEGIN CERTIFICATE-----\n');
    const packed = ['package.json', 'api.js', 'worker.js', 'migrate.js', 'index.html'];
    mkdirSync(join(folder, 'in/dist/service'), { recursive: true });
    mkdirSync(join(folder, 'in/dist/web'), { recursive: true });
    for (const name of packed) {
      const below = name === 'index.html' ? 'dist/web' : name === 'package.json' ? '.' : 'dist/service';
      writeFileSync(join(folder, 'in', below, name), `${name}\n`);
    }
    await execa('tar', ['-czf', artifact, '-C', join(folder, 'in'), '.']);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it on a folder in place of a system, which then is left alone. */
  const run = async (root: string, ...options: readonly string[]) => {
    const { exitCode, all } = await execa('bash', [script, ...options], {
      cwd: folder,
      all: true,
      reject: false,
      env: { DESTDIR: join(folder, root) },
    });
    return { exitCode, all: all ?? '' };
  };
  const options = ['--log-group', '/acme/test/service', '--certificates-url', `file://${certificates}`];
  const service = ['--version', '1.2.3', '--artifact', artifact];

  /** Every file and link below a folder with its kind, mode, time of change and content. */
  const tree = (below: string): string[] =>
    readdirSync(below, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const path = join(below, entry.name);
        if (entry.isDirectory()) return tree(path);
        const { mode, mtimeMs } = lstatSync(path);
        const content = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');
        return [`${path} ${mode} ${mtimeMs} ${content}`];
      });

  test('writes what the image has, and leaves the system alone', async () => {
    const { exitCode, all } = await run('plain', ...options);
    expect([exitCode, all]).toEqual([0, expect.stringContaining(`done, ${files.length} files written`)]);
    expect(files.length).toBeGreaterThan(12);
    for (const { path, content } of files) {
      const file = join(folder, 'plain', path);
      expect(readFileSync(file, 'utf8')).toBe(content.replaceAll('{{ LogGroup }}', '/acme/test/service'));
      if (content.startsWith('#!')) expect(statSync(file).mode & 0o777).toBe(0o755);
    }
    expect(all).toMatch(/left out: (apt-get|dnf) install -y .*nodejs/);
    expect(all).toContain('left out: useradd --system');
    expect(all).toContain('left out: systemctl enable logrotate.timer');
  });

  test('has every step of the documents, in their order', () => {
    const text = readFileSync(script, 'utf8');
    const commands = steps.flatMap(({ inputs }) => {
      const { data } = z.object({ commands: z.array(z.string()) }).safeParse(inputs);
      return data ? [data.commands.join('\n').trimEnd()] : [];
    });
    expect(commands.length).toBeGreaterThan(8);
    let from = 0;
    for (const command of commands) {
      const at = text.indexOf(`\n${command}\n`, from);
      expect({ command, found: at > 0 }).toEqual({ command, found: true });
      from = at;
    }
  });

  test('installs a version of the service, and a second run changes nothing', async () => {
    const first = await run('twice', ...options, ...service, '--sha256', digest());
    expect([first.exitCode, first.all]).toEqual([0, expect.stringContaining('service: Files')]);
    expect(readlinkSync(join(folder, 'twice/opt/tiers/current'))).toBe('releases/1.2.3');
    const before = tree(join(folder, 'twice'));
    const second = await run('twice', ...options, ...service, '--sha256', digest());
    expect([second.exitCode, second.all]).toEqual([0, expect.stringContaining('done, 0 files written')]);
    expect(tree(join(folder, 'twice'))).toEqual(before);
  });

  test('puts back what somebody changed', async () => {
    await run('changed', ...options);
    const file = join(folder, 'changed/etc/security/limits.d/90-tiers.conf');
    const wanted = readFileSync(file, 'utf8');
    writeFileSync(file, '* hard nofile 10\n');
    const { all } = await run('changed', ...options);
    expect(all).toContain('done, 1 files written');
    expect(readFileSync(file, 'utf8')).toBe(wanted);
  });

  test.each([
    [[...options, ...service, '--sha256', '0'.repeat(64)], 'this is not the file that was released'],
    [['--version', '1.2.3'], '--log-group: missing; First part of the names'],
    [[...options, '--artifact', '/nowhere.tgz', '--version', '1'], '/nowhere.tgz: no such file'],
    [[...options, '--artifact', artifact], '--version: missing'],
    [
      [...options, '--version', '1.2.3', '--bucket', 'b'],
      'also needed: --artifact, or --bucket, --key and --object-version',
    ],
    [[...options, '--log-group', "x'; reboot"], "--log-group: received 'x'; reboot'; allowed: letters"],
    [['--log-group'], '--log-group: its value is missing'],
    [['--colour', 'red'], '--colour: unknown; --help lists the options'],
    [['install'], "received 'install'; allowed: build, test"],
  ])('refuses %j', async (given, message) => {
    const { exitCode, all } = await run('refused', ...given);
    expect(all).toContain(message);
    expect(exitCode).toBe(1);
  });

  test('fails where a step fails, and says which', async () => {
    const { exitCode, all } = await run(
      'broken',
      ...options.slice(0, 2),
      '--certificates-url',
      'file:///nowhere.pem',
    );
    expect(exitCode).not.toBe(0);
    expect(all).toContain('setup-machine: units: Units');
    expect(all).not.toContain('done');
  });

  test.each([
    [{ '-s': 'Plan9' }, 'found Plan9; needed: Linux, or DESTDIR for the files alone'],
    [{ '-u': '1000' }, 'run as root: packages, users and units are set up'],
    [{}, 'found neither dnf nor apt-get; needed: Amazon Linux 2023'],
    [{ '-m': 'riscv64', 'apt-get': '' }, 'found the processor riscv64; needed: x86_64 or aarch64'],
  ])('stops on a machine with %j', async (machine: Readonly<Record<string, string>>, message) => {
    // No other program than these is found: whatever it did after its check would fail.
    const programs = mkdtempSync(join(folder, 'programs-'));
    const answers = { '-s': 'Linux', '-u': '0', '-m': 'x86_64', ...machine };
    const answer = `case $1 in ${Object.entries(answers)
      .map(([option, said]) => `${option}) echo '${said}' ;;`)
      .join(' ')} esac`;
    const known = 'apt-get' in machine ? ['uname', 'id', 'apt-get'] : ['uname', 'id'];
    for (const name of known)
      writeFileSync(join(programs, name), `#!/bin/bash\n${answer}\n`, { mode: 0o755 });
    const { exitCode, all } = await execa('/bin/bash', [script, ...options], {
      all: true,
      reject: false,
      env: { PATH: programs, DESTDIR: '' },
      extendEnv: false,
    });
    expect([exitCode, all]).toEqual([1, expect.stringContaining(message)]);
  });
});
