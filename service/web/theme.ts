import { find } from './dom';

/** The look that the visitor chose. In a cookie, because pages that the service renders have it too. */
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const YEAR = 31_536_000;
const chosen = (): Theme =>
  THEMES.find((theme) => document.cookie.split('; ').includes(`theme=${theme}`)) ?? 'system';

function wear(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function startTheme(): void {
  const select = find('theme', HTMLSelectElement);
  select.value = chosen();
  wear(chosen());
  select.addEventListener('change', () => {
    const theme = THEMES.find((known) => known === select.value) ?? 'system';
    const age = theme === 'system' ? 0 : YEAR;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax; secure`;
    wear(theme);
  });
}
