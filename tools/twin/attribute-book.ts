import type { AttributeResolver, Json, Resource } from '../topology';

/** Attributes that only exist once something runs (an address, a URL), as the twin's parts make them known. */
export class AttributeBook {
  private readonly values = new Map<string, Map<string, Json>>();

  set(resource: Resource, attributes: Readonly<Record<string, Json>>): void {
    const known = this.values.get(resource.globalAddress) ?? new Map<string, Json>();
    for (const [name, value] of Object.entries(attributes)) known.set(name, value);
    this.values.set(resource.globalAddress, known);
  }

  /** For `evaluate` and `fleetsOf`: attributes it does not know keep their symbolic values. */
  readonly resolve: AttributeResolver = (resource, attribute) => {
    const [name, ...rest] = attribute;
    if (typeof name !== 'string' || rest.length > 0) return undefined;
    return this.values.get(resource.globalAddress)?.get(name);
  };
}
