/**
 * Everything that is cached, by kind, with the version of what is kept: it goes up with each change of shape, so that old and new nodes
 * share a cache and never read one another's entries.
 */
const VERSIONS = { post: 3, user: 1 } as const;

export type Kind = keyof typeof VERSIONS;

export const cacheKey = (kind: Kind, id: string): string => `${kind}:${VERSIONS[kind]}:${id}`;
