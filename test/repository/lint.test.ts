import { lint, type Complaint } from './support/lint';
import { IMPORT_CASES, type LintCase } from './support/lint-cases';
import { CODE_CASES } from './support/lint-code-cases';

/** Each rule fires on the broken form of a file, says what to do, and is silent about the repaired form. */
const cases: readonly LintCase[] = [...IMPORT_CASES, ...CODE_CASES];

const ofEach = (form: 'fails' | 'passes'): Promise<Map<string, Complaint[]>[]> => {
  // Two cases may need the same path (main.ts): each round lints every path once.
  const rounds: Record<string, string>[] = [];
  for (const each of cases) {
    let round = rounds.find((files) => !(each.path in files));
    if (!round) rounds.push((round = {}));
    round[each.path] = each[form];
  }
  return Promise.all(rounds.map(lint));
};

const about = (results: Map<string, Complaint[]>[], each: LintCase): Complaint[] => {
  const earlier = cases.slice(0, cases.indexOf(each)).filter(({ path }) => path === each.path).length;
  const found = results[earlier]?.get(each.path);
  if (!found) throw new Error(`eslint did not look at ${each.path}`);
  return found;
};

describe('the lint rules', () => {
  let broken: Map<string, Complaint[]>[];
  let repaired: Map<string, Complaint[]>[];
  beforeAll(async () => {
    broken = await ofEach('fails');
    repaired = await ofEach('passes');
  }, 180_000);

  it.each(cases)('refuse $what ($rule)', (each) => {
    const complaints = about(broken, each).filter(({ ruleId }) => ruleId === each.rule);
    expect(complaints.map(({ message }) => message).join('\n')).toContain(each.teaches);
  });

  it.each(cases)('accept the repaired form of $what', (each) => {
    expect(about(repaired, each).filter(({ ruleId }) => ruleId === each.rule || ruleId === 'fatal')).toEqual(
      [],
    );
  });
});
