import fc from 'fast-check';
import { CONDITION_OPERATORS, type RequestContext } from '../../tools/topology';
import { conditionsHold } from '../../tools/topology/access/conditions';
import { matchesArn, matchesWildcard } from '../../tools/topology/access/wildcard';

describe('conditions', () => {
  const holds = (operator: string, wanted: string[], context: RequestContext): boolean =>
    conditionsHold({ [operator]: { 'aws:Key': wanted } }, context, 'one:aws_iam_role_policy.p statement 0');

  test.each<[string, string[], string | undefined, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a'], 'A', false],
    ['StringEquals', ['a'], undefined, false],
    ['StringEqualsIfExists', ['a'], undefined, true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a'], undefined, true],
    ['StringEqualsIgnoreCase', ['a'], 'A', true],
    ['StringLike', ['a*c'], 'abbc', true],
    ['StringNotLike', ['a*'], 'abc', false],
    ['Bool', ['true'], 'True', true],
    ['ArnLike', ['arn:aws:sns:*:1:t*'], 'arn:aws:sns:us-east-1:1:topic', true],
    ['ArnEquals', ['arn:aws:sns:us-east-1:1:x'], 'arn:aws:sns:us-east-1:1:y', false],
    ['ArnNotLike', ['arn:aws:sns:*'], 'arn:aws:sqs:us-east-1:1:y', true],
    ['NumericLessThan', ['10'], '9', true],
    ['NumericGreaterThanEquals', ['10'], '9', false],
    ['Null', ['true'], undefined, true],
    ['Null', ['false'], undefined, false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ])('%s %j with %s is %s', (operator, wanted, actual, result) => {
    // The policy's key differs in case on purpose: context keys know none.
    expect(holds(operator, wanted, actual === undefined ? {} : { 'AWS:key': actual })).toBe(result);
  });

  test('several values in the request', () => {
    const context = { 'aws:Key': ['a', 'c'] };
    expect(holds('ForAllValues:StringEquals', ['a', 'b'], context)).toBe(false);
    expect(holds('ForAnyValue:StringEquals', ['a', 'b'], context)).toBe(true);
  });

  test('a negated operator is the opposite of its positive one, whatever the values', () => {
    const pairs = CONDITION_OPERATORS.filter((name) => name.includes('Not')).map(
      (name) => [name, name.replace('Not', '')] as const,
    );
    expect(pairs.length).toBeGreaterThanOrEqual(6);
    const text = fc.string({ unit: fc.constantFrom('a', 'A', '*', ':', '1') });
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.array(text, { minLength: 1 }),
        fc.option(text, { nil: undefined }),
        ([not, plain], wanted, actual) => {
          const context: RequestContext = actual === undefined ? {} : { 'aws:Key': actual };
          expect(holds(not, wanted, context)).toBe(!holds(plain, wanted, context));
        },
      ),
    );
  });
});

describe('wildcards', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '-', '(', '\\', '$') });

  test('text without wildcards matches itself and nothing else', () => {
    fc.assert(
      fc.property(plain, plain, (pattern, value) => {
        expect(matchesWildcard(pattern, value)).toBe(pattern === value);
      }),
    );
  });

  test('a star stands for any text, a question mark for one character', () => {
    fc.assert(
      fc.property(plain, plain, plain, (before, between, after) => {
        expect(matchesWildcard(`${before}*${after}`, before + between + after)).toBe(true);
        expect(matchesWildcard(`${before}?${after}`, `${before}x${after}`)).toBe(true);
        expect(matchesWildcard(`${before}?`, before)).toBe(false);
      }),
    );
  });

  test.each([
    ['arn:aws:s3:::assets/*', 'arn:aws:s3:::assets/media/1.webp', true],
    ['arn:aws:s3:::assets/*', 'arn:aws:s3:::assets', false],
    ['arn:aws:sqs:*:*:jobs', 'arn:aws:sqs:us-east-1:111122223333:jobs', true],
    ['arn:aws:logs:us-east-1:1:log-group:/a:*', 'arn:aws:logs:us-east-1:1:log-group:/a:log-stream:b', true],
    ['arn:aws:sqs:us-*-1:1:jobs', 'arn:aws:sqs:us-east:x-1:1:jobs', false],
    ['arn:*', 'arn:aws:sqs:us-east-1:1:jobs', true],
    ['arn:aws:sqs:us-east-?:1:jobs', 'arn:aws:sqs:us-east-1:1:jobs', true],
  ])('%s and %s: %s', (pattern, arn, matches) => {
    expect(matchesArn(pattern, arn)).toBe(matches);
  });
});
