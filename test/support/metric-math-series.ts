/** One value for each period; nothing where there was no measurement. */
export type Series = readonly (number | undefined)[];
type Value = number | Series;

export interface MathInput {
  readonly metrics: Readonly<Record<string, Series>>;
  readonly steps?: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly period: number;
  /** What SERVICE_QUOTA answers. */
  readonly quota?: number;
}

type Call = (...values: readonly Value[]) => Value;

const isSeries = (value: Value): value is Series => typeof value !== 'number';

/** Point by point; a missing one counts as zero beside one that is there, and a division by zero drops the point (Amazon CloudWatch User Guide, "Use metric math"). */
function pointwise(combine: (...points: number[]) => number): Call {
  return (...values) => {
    const length = Math.max(...values.map((value) => (isSeries(value) ? value.length : 0)));
    if (length === 0) return combine(...(values as number[]));
    return Array.from({ length }, (_, index) => {
      const points = values.map((value) => (isSeries(value) ? value[index] : value));
      if (values.some(isSeries) && values.every((value, at) => !isSeries(value) || points[at] === undefined))
        return undefined;
      const result = combine(...points.map((point) => point ?? 0));
      return Number.isFinite(result) ? result : undefined;
    });
  };
}

const steps = (series: Series, combine: (now: number, before: number) => number): Series =>
  series.map((now, index) => {
    const before = series[index - 1];
    return now === undefined || before === undefined ? undefined : combine(now, before);
  });

function fill(series: Series, by: Value | 'REPEAT'): Series {
  let last: number | undefined;
  return series.map((point) => {
    last = point ?? last;
    return point ?? (by === 'REPEAT' ? last : (by as number));
  });
}

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|&&|\|\||[<>]=?|==|[-+*/(),[\]])/gy;
const PRECEDENCE = [['||'], ['&&'], ['<', '>', '<=', '>=', '=='], ['+', '-'], ['*', '/']] as const;
const OPERATORS: Readonly<Record<string, Call>> = {
  '||': pointwise((a, b) => Number(a !== 0 || b !== 0)),
  '&&': pointwise((a, b) => Number(a !== 0 && b !== 0)),
  '<': pointwise((a, b) => Number(a < b)),
  '>': pointwise((a, b) => Number(a > b)),
  '<=': pointwise((a, b) => Number(a <= b)),
  '>=': pointwise((a, b) => Number(a >= b)),
  '==': pointwise((a, b) => Number(a === b)),
  '+': pointwise((a, b) => a + b),
  '-': pointwise((a, b) => a - b),
  '*': pointwise((a, b) => a * b),
  '/': pointwise((a, b) => a / b),
};

/** Evaluates the metric math that alarms use, over several periods. */
export function evaluateSeries(expression: string, input: MathInput): Series {
  const tokens = [...expression.matchAll(TOKEN)].map((match) => match[1]!);
  if (tokens.join('') !== expression.replace(/\s/g, '')) throw new Error(`cannot read: ${expression}`);
  let at = 0;
  const expect = (token: string): void => {
    if (tokens[at++] !== token) throw new Error(`expected ${token} in ${expression}`);
  };
  const list = (end: string): Value[] => {
    const values = [binary(0)];
    while (tokens[at] === ',') {
      at++;
      values.push(binary(0));
    }
    expect(end);
    return values;
  };
  const call = (name: string): Value => {
    if (name === 'FILL') {
      const series = binary(0) as Series;
      expect(',');
      const repeat = tokens[at] === 'REPEAT';
      const by = repeat ? (at++, 'REPEAT' as const) : binary(0);
      expect(')');
      return fill(series, by);
    }
    if (name === 'MAX' || name === 'AVG') {
      expect('[');
      const members = list(']');
      expect(')');
      return pointwise((...points) =>
        name === 'MAX' ? Math.max(...points) : points.reduce((sum, one) => sum + one, 0) / points.length,
      )(...members);
    }
    const values = list(')');
    const [first] = values as [Series];
    switch (name) {
      case 'IF':
        return pointwise((condition, yes, no) => (condition ? yes! : no!))(...values);
      case 'DIFF':
        return steps(first, (now, before) => now - before);
      case 'RATE':
        return steps(first, (now, before) => (now - before) / input.period);
      case 'PERIOD':
        return input.period;
      case 'SERVICE_QUOTA':
        return first.map((point) => (point === undefined ? undefined : input.quota));
      default:
        throw new Error(`${name} is not known here`);
    }
  };
  const single = (): Value => {
    const token = tokens[at++]!;
    if (token === '(') {
      const value = binary(0);
      expect(')');
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (tokens[at] === '(') {
      at++;
      return call(token);
    }
    const metric = input.metrics[token];
    if (metric) return metric;
    const step = input.steps?.[token];
    if (step === undefined) throw new Error(`${token} is neither a metric nor a step`);
    return evaluateSeries(step, input);
  };
  const binary = (level: number): Value => {
    const operators: readonly string[] | undefined = PRECEDENCE[level];
    if (!operators) return single();
    let value = binary(level + 1);
    while (operators.includes(tokens[at]!)) {
      const operator = OPERATORS[tokens[at++]!]!;
      value = operator(value, binary(level + 1));
    }
    return value;
  };
  const result = binary(0);
  if (at !== tokens.length || !isSeries(result)) throw new Error(`not a series: ${expression}`);
  return result;
}
