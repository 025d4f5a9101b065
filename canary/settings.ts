/** All that a canary is told, as environment variables; modules/canary sets them. */
export interface Settings {
  /** Where the page is, such as `https://www.example.com`. */
  readonly siteUrl: string;
  readonly apiUrl: string;
  /** Secret that holds the password of the canary's account. */
  readonly passwordSecretArn: string;
}

const VARIABLES = {
  siteUrl: 'SITE_URL',
  apiUrl: 'API_URL',
  passwordSecretArn: 'PASSWORD_SECRET_ARN',
} as const satisfies Record<keyof Settings, string>;

/** Throws where one is missing, by its name. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is not set; modules/canary sets it`);
    return value;
  };
  return {
    siteUrl: read(VARIABLES.siteUrl),
    apiUrl: read(VARIABLES.apiUrl),
    passwordSecretArn: read(VARIABLES.passwordSecretArn),
  };
}
