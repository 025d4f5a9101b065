/** How one instance is configured at boot: the service's environment and the units to start, in order. */
export interface UserData {
  /** Written to /etc/tiers/service.env, one line each. Values may be references. */
  readonly environment: Readonly<Record<string, string>>;
  /** systemd units, such as `tiers-api.service`; each is enabled and started in this order. */
  readonly units: readonly string[];
}

/** The path that the unit files of the image read their environment from. */
export const SERVICE_ENVIRONMENT_FILE = '/etc/tiers/service.env';

/**
 * A cloud-config document (not yet encoded). `steps` are run by a shell, one after the other, before the units start; one that
 * fails ends them. Throws on a value that would not survive as one line.
 */
export function cloudConfig(userData: UserData, steps: readonly string[] = []): string {
  const lines = Object.entries(userData.environment).map(([key, value]) => {
    if (/[\n\r]/.test(value))
      throw new Error(`${key}: the value has a line break; an environment file takes one line`);
    return `      ${key}=${value}`;
  });
  return [
    '#cloud-config',
    'write_files:',
    `  - path: ${SERVICE_ENVIRONMENT_FILE}`,
    "    permissions: '0640'",
    '    content: |',
    ...lines,
    'runcmd:',
    ...(steps.length > 0 ? ['  - |', '    set -eu', ...steps.map((step) => `    ${step}`)] : []),
    ...userData.units.map((unit) => `  - [systemctl, enable, --now, ${unit}]`),
    '',
  ].join('\n');
}
