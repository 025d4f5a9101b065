import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import { FakeMachine } from './support/fake-machine';
import { ROOT } from './support/root';

describe('.ci/run', () => {
  let machine: FakeMachine;
  beforeEach(() => (machine = new FakeMachine()));
  afterEach(() => machine.remove());

  // make stands for a whole `make test`: it leaves totals, says something, and ends with a code.
  const after = (totals: string | undefined, code: number): Promise<{ code: number; last?: string }> => {
    mkdirSync(join(machine.root, '.cache/test'), { recursive: true });
    writeFileSync(join(machine.root, '.cache/test/totals'), '99 passed, 0 failed\n');
    const write = totals === undefined ? '' : `echo '${totals}' >.cache/test/totals;`;
    machine.install({ make: `${write} echo talk; exit ${code}` });
    return machine
      .run('.ci/run', [])
      .then((end) => ({ code: end.code, last: end.stdout.split('\n').at(-1) }));
  };

  it('ends with the totals', async () => {
    expect(await after('41 passed, 0 failed', 0)).toEqual({ code: 0, last: '41 passed, 0 failed' });
  });
  it('fails where a test failed', async () => {
    expect(await after('40 passed, 1 failed', 2)).toEqual({ code: 1, last: '40 passed, 1 failed' });
    expect(await after('40 passed, 10 failed', 0)).toEqual({ code: 1, last: '40 passed, 10 failed' });
  });
  it('fails where nothing ran', async () => {
    expect(await after('0 passed, 0 failed', 0)).toEqual({ code: 1, last: '0 passed, 0 failed' });
  });
  it('counts a set-up that failed as one failure, and believes no totals of an earlier run', async () => {
    expect(await after(undefined, 2)).toEqual({ code: 1, last: '0 passed, 1 failed' });
    expect(await after('41 passed, 0 failed', 2)).toMatchObject({ code: 2 });
    machine.install({ make: undefined });
    expect(await machine.run('.ci/run', [])).toMatchObject({ code: 1, stdout: '0 passed, 1 failed' });
  });
});

describe('the totals of a test run', () => {
  const clean = {
    numTotalTests: 10,
    numPassedTests: 10,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  const count = async (
    gates: boolean[],
    report: object | undefined,
    jestPassed: boolean,
  ): Promise<string> => {
    const code = [
      `import { count, line } from ${JSON.stringify(join(ROOT, 'scripts/test-totals.mjs'))};`,
      `console.log(line(count(${JSON.stringify(gates)}, ${JSON.stringify(report)}, ${jestPassed})));`,
    ].join('\n');
    return (await execa(process.execPath, ['--input-type=module', '--eval', code])).stdout;
  };

  it.each([
    ['all passed', [true, true, true], clean, true, '13 passed, 0 failed'],
    ['a gate failed', [true, false, true], clean, true, '12 passed, 1 failed'],
    [
      'a test failed',
      [true],
      { ...clean, numPassedTests: 9, numFailedTests: 1 },
      false,
      '10 passed, 1 failed',
    ],
    [
      'a test was skipped',
      [true],
      { ...clean, numPassedTests: 8, numPendingTests: 2 },
      true,
      '9 passed, 2 failed',
    ],
    [
      'a file could not be loaded',
      [true],
      { ...clean, numRuntimeErrorTestSuites: 1 },
      false,
      '11 passed, 1 failed',
    ],
    ['jest failed outside a test', [true], clean, false, '11 passed, 1 failed'],
    ['jest wrote no report', [true], undefined, false, '1 passed, 1 failed'],
    [
      'there was no test',
      [true],
      { ...clean, numTotalTests: 0, numPassedTests: 0 },
      true,
      '1 passed, 1 failed',
    ],
  ])('%s', async (_, gates, report, jestPassed, expected) => {
    expect(await count(gates, report, jestPassed)).toBe(expected);
  });
});
