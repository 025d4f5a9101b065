import { NAME_LIMITS } from './limits';
import { joinName } from './naming';
import type { Place } from './place';

/** The role of a whole account, named without a region: providers and backends name it before any stack exists. */
export function deployRoleName({ project, environment }: Pick<Place, 'project' | 'environment'>): string {
  return joinName(NAME_LIMITS.role, [project, environment, 'deploy']);
}
