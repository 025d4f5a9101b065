/**
 * What a client has seen, as `x-tiers-position` carries it: `physical shard:LSN`, separated by commas. An LSN alone is that of
 * shard 0, which is all there is before there are several.
 */
const ENTRY = /^(?:(\d{1,4}):)?([0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8})$/;

/** More than a page of many authors ever needs. */
export const POSITION_ENTRIES = 64;

/** The log position of one physical shard, if the client has seen one of it. */
export function positionOf(physical: number, header: string | undefined): string | undefined {
  for (const entry of header?.split(',') ?? []) {
    const [, shard = '0', lsn] = ENTRY.exec(entry) ?? [];
    if (lsn !== undefined && Number(shard) === physical) return lsn;
  }
  return undefined;
}

export const formatPosition = (physical: number, lsn: string): string =>
  physical === 0 ? lsn : `${physical}:${lsn}`;

export const isPosition = (header: string): boolean => {
  const entries = header.split(',');
  return entries.length <= POSITION_ENTRIES && entries.every((entry) => ENTRY.test(entry));
};
