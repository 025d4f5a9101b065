export type Traversal = readonly (string | number)[];

/** An expression of the subset that is evaluated; positions refer to the parsed text. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly kind: 'reference'; readonly path: readonly [string, ...(string | number)[]] }
  | { readonly kind: 'access'; readonly of: Expression; readonly path: Traversal };

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'interpolation';
      readonly expression: Expression;
      /** As written, with its `${` and `}`. */
      readonly source: string;
    };

export const FUNCTIONS = [
  'base64encode',
  'jsonencode',
  'tolist',
  'element',
  'join',
  'format',
  'replace',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export function isFunctionName(name: string): name is FunctionName {
  return FUNCTIONS.some((known) => known === name);
}

/** Text that is no expression of the subset. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    readonly found: string,
    readonly allowed: string,
  ) {
    super(`${found}. ${allowed}`);
  }
}
