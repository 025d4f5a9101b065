import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeMachine, type Programs } from './support/fake-machine';

/** apt-get that makes the program of each package it is asked to install appear, as the real one does. */
const APT: Programs = {
  'apt-get': [
    'case "$1" in install)',
    '  [ -x "$TIERS_POLICY_FILE" ] && echo "services may not start" >>"$CALLS"',
    '  for each in "$@"; do case "$each" in haproxy | varnish | chromium | chromium-browser)',
    '    [ "$each" = varnish ] && each=varnishd',
    '    printf "#!/bin/bash\\n" >"$BIN/$each"; chmod 755 "$BIN/$each" ;; esac; done ;;',
    'esac',
  ].join('\n'),
  'apt-cache': 'echo "  Candidate: 1.2.3"',
};
const BARE: Programs = { haproxy: undefined, varnishd: undefined, chromium: undefined };

describe('scripts/setup.sh', () => {
  const machines: FakeMachine[] = [];
  const machine = (programs: Programs = {}): FakeMachine => {
    const made = new FakeMachine(programs);
    machines.push(made);
    return made;
  };
  afterEach(() => machines.splice(0).forEach((each) => each.remove()));

  it.each([
    ['node', undefined, 'Node.js: not found; needed: 20.19'],
    ['node', 'echo v18.20.4', 'Node.js: found 18.20.4; needed: 20.19'],
    ['node', 'echo v20.18.1', 'Node.js: found 20.18.1; needed: 20.19'],
    ['node', 'echo v21.7.3', 'Node.js: found 21.7.3; needed: 20.19'],
    ['node', 'echo v22.11.0', 'Node.js: found 22.11.0; needed: 20.19'],
    ['npm', undefined, 'npm: not found beside Node.js 20.19.0'],
    ['python3', undefined, 'Python: not found; needed: 3.11'],
    ['python3', 'echo 3.9.6', 'Python: found 3.9.6; needed: 3.11'],
    ['make', undefined, 'make: not found; needed: GNU make 3.81'],
  ])('says in one line that %s (%s) will not do, and where to get it', async (program, lines, message) => {
    const { code, stdout, says } = await machine({ [program]: lines }).run('scripts/setup.sh', ['up']);
    expect(says).toHaveLength(1);
    expect(says[0]).toContain(message);
    expect(says[0]).toMatch(/get it (from|with) /);
    expect(code).toBe(1);
    expect(stdout).toBe('');
  });

  it.each(['v20.19.0', 'v22.12.0', 'v24.0.0', 'v26.1.0'])('works with Node.js %s', async (version) => {
    const made = machine({ node: `[ "$1" = --version ] && echo ${version}; exit 0` });
    expect((await made.run('scripts/setup.sh', ['test'])).code).toBe(0);
  });

  it('takes a newer interpreter where python3 is too old', async () => {
    const made = machine({
      python3: 'echo 3.9.6',
      'python3.12':
        'case "$*" in *python_version*) echo 3.12.1 ;; *venv\\ --clear*) mkdir -p .venv/bin && ln -sf "$0" .venv/bin/python ;; esac',
    });
    expect((await made.run('scripts/setup.sh', ['up'])).code).toBe(0);
    expect(made.calls()).toContain('python3.12 -m venv --clear .venv');
  });

  it('names what is missing where there is neither apt-get nor brew', async () => {
    const { code, says } = await machine(BARE).run('scripts/setup.sh', ['test'], { YES: '1' });
    expect(says).toEqual([
      expect.stringMatching(/^Missing: haproxy varnish chromium; found neither apt-get nor brew/),
    ]);
    expect(code).toBe(1);
  });

  it('prints the command and stops where nobody can be asked and no leave was given', async () => {
    const made = machine({ ...BARE, ...APT });
    const { code, stdout, says } = await made.run('scripts/setup.sh', ['test']);
    expect(says).toEqual([expect.stringContaining('sudo ./scripts/apt-install.sh haproxy varnish chromium')]);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(made.calls().filter((call) => /^(apt-get|npm|sudo)/.test(call))).toEqual([]);
  });

  it.each([
    ['with YES=1', { YES: '1' }, 'echo 1000', 'exec "$@"'],
    ['in CI', { CI: 'true' }, 'echo 1000', 'exec "$@"'],
    ['as root', {}, 'echo 0', undefined],
  ])('installs without a question %s, and no service starts', async (_, env, id, sudo) => {
    const made = machine({ ...BARE, ...APT, id, sudo });
    expect(await made.run('scripts/setup.sh', ['test'], env)).toMatchObject({ code: 0, stdout: '' });
    const calls = made.calls();
    expect(calls).toContain('apt-get install -y -qq --no-install-recommends haproxy varnish chromium');
    expect(calls).toContain('services may not start');
    expect(calls.some((call) => call.startsWith('sudo'))).toBe(sudo !== undefined);
    expect(existsSync(made.policy)).toBe(false);
  });

  it('shows what apt-get said where it failed, and installs nothing after it', async () => {
    const broken = { 'apt-get': '[ "$1" = update ] || { echo "E: Unable to locate package"; exit 100; }' };
    const made = machine({ ...BARE, ...APT, ...broken, id: 'echo 0' });
    const { code, stdout, says } = await made.run('scripts/setup.sh', ['up']);
    expect(says).toEqual(
      expect.arrayContaining(['E: Unable to locate package', 'apt-get could not install: haproxy varnish']),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(existsSync(made.policy)).toBe(false);
    expect(made.calls().filter((call) => call.startsWith('npm ci'))).toEqual([]);
  });

  it("leaves a machine's own service policy as it is", async () => {
    const made = machine({ ...BARE, ...APT, id: 'echo 0' });
    writeFileSync(made.policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    expect((await made.run('scripts/setup.sh', ['up'])).code).toBe(0);
    expect(existsSync(made.policy)).toBe(true);
  });

  it('asks for no browser where only the twin is to run', async () => {
    const made = machine({ ...BARE, ...APT, id: 'echo 0' });
    await made.run('scripts/setup.sh', ['up']);
    expect(made.calls()).toContain('apt-get install -y -qq --no-install-recommends haproxy varnish');
  });

  it('installs what Debian splits off from Python', async () => {
    const python3 =
      'case "$*" in *python_version*) echo 3.11.2 ;; *ensurepip*) exit 1 ;; *venv\\ --clear*) mkdir -p .venv/bin && ln -sf "$0" .venv/bin/python ;; esac';
    const made = machine({ ...APT, id: 'echo 0', python3 });
    await made.run('scripts/setup.sh', ['up']);
    expect(made.calls()).toContain('apt-get install -y -qq --no-install-recommends python3-venv');
  });

  it('takes the name that Ubuntu gives to Chromium', async () => {
    const made = machine({
      ...APT,
      chromium: undefined,
      'apt-cache': 'echo "  Candidate: (none)"',
      id: 'echo 0',
    });
    expect((await made.run('scripts/setup.sh', ['test'])).code).toBe(0);
    expect(made.calls()).toContain('apt-get install -y -qq --no-install-recommends chromium-browser');
  });

  it('uses Homebrew where there is no apt-get', async () => {
    const made = machine({ ...BARE, brew: 'exit 0' });
    expect((await made.run('scripts/setup.sh', ['test'], { YES: '1' })).code).toBe(0);
    expect(made.calls()).toEqual(
      expect.arrayContaining(['brew install haproxy varnish libpq', 'brew install --cask google-chrome']),
    );
  });

  it('does nothing twice, and everything again that was removed or changed', async () => {
    const made = machine();
    const installs = (): string[] => made.calls().filter((call) => /^npm ci|--clear/.test(call));
    await made.run('scripts/setup.sh', ['test']);
    expect(installs()).toEqual([expect.stringContaining('npm ci'), 'python3 -m venv --clear .venv']);
    await made.run('scripts/setup.sh', ['test']);
    expect(installs()).toEqual([]);
    rmSync(join(made.root, 'node_modules'), { recursive: true });
    await made.run('scripts/setup.sh', ['test']);
    expect(installs()).toEqual([expect.stringContaining('npm ci')]);
    made.install({ node: '[ "$1" = --version ] && echo v22.14.0; exit 0' });
    await made.run('scripts/setup.sh', ['test']);
    expect(installs()).toEqual([expect.stringContaining('npm ci')]);
    writeFileSync(join(made.root, 'requirements.txt'), 'ministack==0.0.0\n');
    await made.run('scripts/setup.sh', ['test']);
    expect(installs()).toEqual(['python3 -m venv --clear .venv']);
  });

  it('installs what only the tests need for the tests only, and again when the environment is made anew', async () => {
    const made = machine();
    const stamp = join(made.root, '.cache/setup/python-test');
    await made.run('scripts/setup.sh', ['up']);
    expect(existsSync(stamp)).toBe(false);
    await made.run('scripts/setup.sh', ['test']);
    expect(existsSync(stamp)).toBe(true);
    writeFileSync(join(made.root, 'requirements.txt'), 'ministack==0.0.0\n');
    await made.run('scripts/setup.sh', ['up']);
    expect(existsSync(stamp)).toBe(false);
  });

  it('is not taken for done where npm ci failed', async () => {
    const made = machine({ npm: 'exit 1' });
    expect((await made.run('scripts/setup.sh', ['up'])).code).not.toBe(0);
    made.install({ npm: 'mkdir -p node_modules && touch node_modules/.package-lock.json' });
    made.calls();
    expect((await made.run('scripts/setup.sh', ['up'])).code).toBe(0);
    expect(made.calls()).toEqual(expect.arrayContaining([expect.stringContaining('npm ci')]));
  });
});
