import { ADDRESSES } from './addresses';
import { ANSWERS } from './dns';
import { GRANTS } from './grants';
import { NAMES } from './names';
import { OPENNESS } from './openness';
import type { Rule } from './plan';
import { PROTECTION } from './protection';
import { REFERENCES } from './references';
import { CLASSIFIED } from './stateless';
import { ALARMS_HEARD, INSTANCES, LOG_GROUPS, QUEUES, TARGET_GROUPS } from './watching';

/** What holds on every legal deployment. */
export const RULES: readonly Rule[] = [
  ADDRESSES,
  OPENNESS,
  PROTECTION,
  CLASSIFIED,
  TARGET_GROUPS,
  ALARMS_HEARD,
  QUEUES,
  LOG_GROUPS,
  INSTANCES,
  REFERENCES,
  NAMES,
  ANSWERS,
  GRANTS,
];
