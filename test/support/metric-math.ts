/** Evaluates the part of metric math that the alarms use, for one period in which every metric has a value. */
export function evaluate(expression: string, values: Record<string, number>): number {
  const body = expression.replace(/FILL\((\w+), 0\)/g, '$1').replace(/\bIF\(/g, 'choose(');
  const choose = (condition: boolean, yes: number, no: number): number => (condition ? yes : no);
  const compute = new Function('choose', ...Object.keys(values), `return ${body}`) as (
    ...all: unknown[]
  ) => number;
  return compute(choose, ...Object.values(values));
}
