/** What an error says so that the reader can act on it without reading the source. */
export interface FaultDetails {
  /** Where: a construct path, or the key of a deployment. */
  readonly where: string;
  /** The value received, as it stands in the source. */
  readonly received: unknown;
  /** The limit that it breaks. */
  readonly allowed: string;
  /** What to write instead. */
  readonly fix: string;
}

/** Writes a value the way its author wrote it, cut to one readable line. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = write(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** JSON, with what JSON has no form for by its name. */
function write(value: unknown): string {
  const named = (_key: string, member: unknown): unknown => {
    if (typeof member === 'number' && !Number.isFinite(member)) return String(member);
    if (typeof member === 'bigint') return `${member}n`;
    return typeof member === 'function' || typeof member === 'symbol' ? `a ${typeof member}` : member;
  };
  try {
    const text = JSON.stringify(value, named);
    return typeof value === 'object' || typeof value === 'string' ? text : text.replace(/^"(.*)"$/, '$1');
  } catch {
    return 'an object that refers to itself';
  }
}

/** One line of four parts: where, received, allowed, what to do. */
export function describeFault(fault: FaultDetails): string {
  return `${fault.where}: received ${show(fault.received)}; allowed: ${fault.allowed}; ${fault.fix}`;
}

/** A choice that cannot be built. Raised before anything is written. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly FaultDetails[]) {
    super(faults.map(describeFault).join('\n'));
    this.name = 'ConfigurationError';
  }
}
