import type { CdnPlan } from './plan';

/** One text of VCL. @throws for a text that would end it */
export function text(value: string): string {
  if (value.includes('"}') || /[\r\n]/.test(value)) {
    throw new Error(`VCL can't hold ${JSON.stringify(value)}: take "} and line breaks out of it`);
  }
  return `{"${value}"}`;
}

/** A regular expression that matches exactly one of these texts. */
export const oneOf = (values: readonly (string | number)[]): string =>
  text(`^(${values.map((value) => String(value).replace(/[.+*?^${}()|[\]\\]/g, '\\$&')).join('|')})$`);

/** A name for a backend that VCL allows. */
export const backendName = (plan: CdnPlan, id: string): string =>
  `o${plan.origins.findIndex((origin) => origin.id === id)}`;
