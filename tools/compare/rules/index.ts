import { CACHE_RULES } from './cache';
import { DATABASE_RULES } from './database';
import { STORAGE_RULES } from './storage';
import type { Rule } from './rule';

export const RULES: readonly Rule[] = [...DATABASE_RULES, ...CACHE_RULES, ...STORAGE_RULES];
export { compareVersions, isIgnored, same, show, type Change, type Judgement, type Rule } from './rule';
