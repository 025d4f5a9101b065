/**
 * Where Datadog takes metrics of Firehose, by its site (Datadog, "AWS CloudWatch Metric Streams with Amazon Data Firehose", and the
 * list of endpoints that AWS keeps in its own construct library). US3 and the government's site take none.
 */
const INTAKE = {
  'datadoghq.com': 'https://awsmetrics-intake.datadoghq.com/v1/input',
  'datadoghq.eu': 'https://awsmetrics-intake.datadoghq.eu/v1/input',
  'us5.datadoghq.com':
    'https://event-platform-intake.us5.datadoghq.com/api/v2/awsmetrics?dd-protocol=aws-kinesis-firehose',
  'ap1.datadoghq.com':
    'https://event-platform-intake.ap1.datadoghq.com/api/v2/awsmetrics?dd-protocol=aws-kinesis-firehose',
} as const;

export type DatadogSite = keyof typeof INTAKE;

export const DATADOG_SITES = Object.keys(INTAKE) as readonly DatadogSite[];

export function intakeOf(site: DatadogSite): string {
  return INTAKE[site];
}
