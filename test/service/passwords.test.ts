import { hash } from '@node-rs/argon2';
import { Gate, hashPassword, isOutdated, verifyPassword } from '../../service/http/passwords';
import { Bench } from '../support/bench';
import { Visitor } from '../support/visitor';

const password = 'a long enough password';
/** The library's enumeration is ambient, and has no value at run time. */
const ARGON2I = 1;
const WEAK = { memoryCost: 8_192, timeCost: 2, parallelism: 1 };

test("a hash has the parameters that OWASP's Password Storage Cheat Sheet asks for at least", async () => {
  const made = await hashPassword(password);
  expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(isOutdated(made)).toBe(false);
  expect(await verifyPassword(made, password)).toBe(true);
  expect(await verifyPassword(made, `${password}.`)).toBe(false);
});

test.each([
  ['less memory', WEAK],
  ['fewer passes', { ...WEAK, memoryCost: 19_456, timeCost: 1 }],
  ['another algorithm', { ...WEAK, memoryCost: 19_456, algorithm: ARGON2I }],
])('a hash with %s is outdated', async (_case, parameters) => {
  expect(isOutdated(await hash(password, parameters))).toBe(true);
});

test('a log-in renews an outdated hash, once, and only with the right password', async () => {
  const bench = await Bench.start();
  try {
    const { url } = await bench.api();
    const name = 'arthur_dent';
    const { userId } = await new Visitor(url).signUp(name);
    const stored = async () => {
      const [row] = await bench.cluster.primary.query('SELECT password_hash FROM users WHERE id = $1', [
        userId,
      ]);
      return String(row?.['password_hash']);
    };
    const weak = await hash(password, WEAK);
    await bench.cluster.primary.query('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, weak]);
    const logIn = async (tried: string) =>
      (await new Visitor(url).call('POST', '/v1/sessions', { name, password: tried })).status;
    expect([await logIn(`${password}.`), await stored()]).toEqual([401, weak]);
    expect(await logIn(password)).toBe(201);
    const renewed = await stored();
    expect(isOutdated(renewed)).toBe(false);
    expect(await logIn(password)).toBe(201);
    expect(await stored()).toBe(renewed);
  } finally {
    await bench.stop();
  }
}, 120_000);

describe('the gate before the hashes', () => {
  test('lets so many in at once, in the order in which they came, and refuses those whom nobody could wait for', async () => {
    const gate = new Gate(2, 3);
    const [started, doors]: [number[], (() => void)[]] = [[], []];
    const work = Array.from({ length: 6 }, (_unused, index) =>
      gate
        .run(async () => {
          started.push(index);
          await new Promise<void>((resolve) => doors.push(resolve));
        })
        .then(
          () => 'done',
          (error: { status: number; code: string }) => `${error.status} ${error.code}`,
        ),
    );
    expect(await work[5]).toBe('503 busy');
    expect(started).toEqual([0, 1]);
    for (let index = 0; index < 5; index += 1) {
      doors[index]!();
      await work[index];
      await Promise.resolve();
    }
    expect(await Promise.all(work)).toEqual(['done', 'done', 'done', 'done', 'done', '503 busy']);
    expect(started).toEqual([0, 1, 2, 3, 4]);
    const late = gate.run(async () => 'in');
    expect(await late).toBe('in');
  });

  test('gives its place back when the work fails', async () => {
    const gate = new Gate(1, 0);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run(async () => 'in')).toBe('in');
  });
});
