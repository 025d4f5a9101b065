import constructForm from './rules/construct-form.mjs';
import deterministic from './rules/deterministic.mjs';
import importBoundaries from './rules/import-boundaries.mjs';
import noProviderBarrel from './rules/no-provider-barrel.mjs';
import reasonedDisable from './rules/reasoned-disable.mjs';

/** The rules that only this project has; which files each applies to is in eslint.config.mjs. */
export default {
  meta: { name: 'tiers' },
  rules: {
    'construct-form': constructForm,
    deterministic,
    'import-boundaries': importBoundaries,
    'no-provider-barrel': noProviderBarrel,
    'reasoned-disable': reasonedDisable,
  },
};
