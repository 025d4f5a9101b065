import { ExpressionError } from './ast';

const SPACE = /\s/;
const IDENTIFIER_START = /[\p{L}_]/u;
const IDENTIFIER_PART = /[\p{L}\p{N}_-]/u;

/** A position in a text, with the few questions that a recursive descent asks. */
export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The next character, or '' at the end. */
  peek(): string {
    return this.text.charAt(this.position);
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.position);
  }

  take(prefix: string): boolean {
    if (!this.startsWith(prefix)) return false;
    this.position += prefix.length;
    return true;
  }

  next(): string {
    return this.text.charAt(this.position++);
  }

  skipSpace(): void {
    while (!this.atEnd() && SPACE.test(this.peek())) this.position++;
  }

  expect(token: string, where: string): void {
    this.skipSpace();
    if (!this.take(token)) throw this.unexpected(`'${token}' ${where}`);
  }

  atIdentifier(): boolean {
    return IDENTIFIER_START.test(this.peek());
  }

  /** HCL identifiers may hold hyphens: `aws_lb.web-lb` is one traversal, not a difference. */
  identifier(): string {
    const start = this.position;
    while (!this.atEnd() && IDENTIFIER_PART.test(this.peek())) this.position++;
    return this.text.slice(start, this.position);
  }

  /** An optional minus, digits, an optional fraction and exponent; undefined if there is none here. */
  number(): number | undefined {
    const match = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.slice(this.position, this.position + 64));
    if (!match) return undefined;
    this.position += match[0].length;
    return Number(match[0]);
  }

  unexpected(wanted: string): ExpressionError {
    const rest = this.text.slice(this.position, this.position + 24);
    const found = this.atEnd() ? 'the end of the text' : `'${rest}'`;
    return new ExpressionError(`found ${found} at character ${this.position}`, `Expected ${wanted}`);
  }
}
