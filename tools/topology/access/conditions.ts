import { TopologyError } from '../errors';
import type { RequestContext } from '../types';
import { matchesArn, matchesWildcard } from './wildcard';

type Compare = (wanted: string, actual: string) => boolean;

const equals: Compare = (wanted, actual) => wanted === actual;
const equalsIgnoringCase: Compare = (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase();
const like: Compare = (wanted, actual) => matchesWildcard(wanted, actual);

interface Operator {
  readonly compare: Compare;
  /** True for the Not... form: it matches if no value does. */
  readonly negated: boolean;
}

const POSITIVE: Readonly<Record<string, Compare>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: like,
  Bool: equalsIgnoringCase,
  // Both forms of ARN operators take wildcards.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  NumericEquals: (wanted, actual) => Number(actual) === Number(wanted),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (wanted, actual) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (wanted, actual) => Number(actual) >= Number(wanted),
};

const NEGATIVE: Readonly<Record<string, Compare>> = {
  StringNotEquals: equals,
  StringNotEqualsIgnoreCase: equalsIgnoringCase,
  StringNotLike: like,
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
  NumericNotEquals: (wanted, actual) => Number(actual) === Number(wanted),
};

/** The condition operators that are evaluated, each also with ...IfExists, ForAllValues: and ForAnyValue:. */
export const CONDITION_OPERATORS = [...Object.keys(POSITIVE), ...Object.keys(NEGATIVE), 'Null'] as const;

type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Whether all conditions of a statement hold in a request (page "IAM JSON policy elements: Condition operators"): a key that the
 * request lacks makes a positive operator false and a negated one true. Throws TopologyError on operators that are not evaluated.
 */
export function conditionsHold(
  conditions: Conditions | undefined,
  context: RequestContext,
  source: string,
): boolean {
  return Object.entries(conditions ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, context, source)),
  );
}

function holds(
  name: string,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
  source: string,
): boolean {
  const actual = valuesOf(context, key);
  if (name === 'Null')
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const set = /^(ForAllValues|ForAnyValue):/.exec(name)?.[1];
  const bare = name.replace(/^(ForAllValues|ForAnyValue):/, '').replace(/IfExists$/, '');
  const { compare, negated } = operatorNamed(bare, name, source);
  const matches = (value: string): boolean => wanted.some((each) => compare(each, value)) !== negated;
  if (actual === undefined) {
    if (set === 'ForAnyValue') return false;
    return set === 'ForAllValues' || name.endsWith('IfExists') || negated;
  }
  return set === 'ForAllValues' || negated ? actual.every(matches) : actual.some(matches);
}

function operatorNamed(bare: string, name: string, source: string): Operator {
  const positive = Object.hasOwn(POSITIVE, bare) ? POSITIVE[bare] : undefined;
  if (positive) return { compare: positive, negated: false };
  const negative = Object.hasOwn(NEGATIVE, bare) ? NEGATIVE[bare] : undefined;
  if (negative) return { compare: negative, negated: true };
  const [stack = '', address = ''] = source.split(/:(.*)/s);
  throw new TopologyError(
    { stack, address, argument: 'Condition' },
    `found the condition operator ${name}, which is not evaluated here`,
    `Allowed are ${CONDITION_OPERATORS.join(', ')}`,
  );
}

/** Context keys are compared without regard to case. */
function valuesOf(context: RequestContext, key: string): readonly string[] | undefined {
  const entry = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  if (!entry) return undefined;
  const [, value] = entry;
  return typeof value === 'string' ? [value] : value;
}
