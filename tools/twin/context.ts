import { evaluate, type ArgumentPath, type Graph, type Json, type Resource } from '../topology';
import type { AddressPlan } from './address-plan';
import type { AttributeBook } from './attribute-book';
import type { CertificateAuthority } from './certificates';
import type { EventLog } from './events';
import type { GeneratedValues } from './generated-values';
import type { Supervisor } from './process/supervisor';
import type { TwinSettings } from './settings';

/** What every adapter works with. */
export interface TwinContext {
  readonly graph: Graph;
  readonly settings: TwinSettings;
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  readonly addresses: AddressPlan;
  readonly authority: CertificateAuthority;
  readonly book: AttributeBook;
  readonly generated: GeneratedValues;
  /** Where what runs here differs from the plan, one line each, printed at start. */
  readonly differences: string[];
}

/** Arguments of one resource, with every reference resolved as far as the twin knows. */
export class Arguments {
  constructor(
    private readonly context: TwinContext,
    readonly resource: Resource,
  ) {}

  value(path: ArgumentPath): Json | undefined {
    return evaluate(this.context.graph, this.resource, path, this.context.book.resolve) ?? undefined;
  }

  private fault(path: ArgumentPath, value: Json | undefined, wanted: string): Error {
    const where = `${this.resource.globalAddress} ${typeof path === 'string' ? path : path.join('.')}`;
    return new Error(`${where}: received ${JSON.stringify(value ?? null)}; the twin needs ${wanted}`);
  }

  text(path: ArgumentPath): string {
    const value = this.value(path);
    if (typeof value !== 'string' || value === '') throw this.fault(path, value, 'a text');
    return value;
  }

  optionalText(path: ArgumentPath): string | undefined {
    const value = this.value(path);
    return value === undefined || value === '' ? undefined : String(value);
  }

  /** Numbers also stand as text in synthesized JSON where the provider's schema says string. */
  number(path: ArgumentPath, byDefault?: number): number {
    const value = this.value(path);
    if (value === undefined && byDefault !== undefined) return byDefault;
    const number = typeof value === 'boolean' || value === undefined ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) throw this.fault(path, value, 'a number');
    return number;
  }

  flag(path: ArgumentPath, byDefault = false): boolean {
    const value = this.value(path);
    if (value === undefined) return byDefault;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.fault(path, value, 'true or false');
  }
}
