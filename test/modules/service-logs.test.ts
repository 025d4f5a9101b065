import { ServiceLogs } from '../../modules/service-logs';
import { KEY_INVENTORY, keyOf } from '../support/encryption';
import { inventory, resourcesOf, synthesize } from '../support/synth';

const KEY = '${aws_kms_key.encryption_key.arn}';

describe('ServiceLogs', () => {
  let logs: ServiceLogs | undefined;
  const synthesized = synthesize((stack) => {
    logs = new ServiceLogs(stack, 'logs', { days: 90, encryptionKey: keyOf(stack) });
  });

  test('declares a group and a filter for each role', () => {
    expect(inventory(synthesized)).toEqual({
      ...KEY_INVENTORY,
      aws_cloudwatch_log_group: 3,
      aws_cloudwatch_log_metric_filter: 3,
    });
    expect(logs?.prerequisites).toHaveLength(3);
  });

  test('keeps lines for the days that are asked for', () => {
    expect(resourcesOf(synthesized, 'aws_cloudwatch_log_group')).toEqual({
      logs_api: { name: '/tiers/test/service/api', retention_in_days: 90, kms_key_id: KEY },
      logs_worker: { name: '/tiers/test/service/worker', retention_in_days: 90, kms_key_id: KEY },
      logs_migrate: { name: '/tiers/test/service/migrate', retention_in_days: 90, kms_key_id: KEY },
    });
  });

  test('counts the lines of errors by service, in the namespace of the metrics', () => {
    for (const [name, filter] of Object.entries(
      resourcesOf(synthesized, 'aws_cloudwatch_log_metric_filter'),
    )) {
      expect(filter).toEqual({
        name: 'error-lines',
        log_group_name: `\${aws_cloudwatch_log_group.${name.replace(/_errors$/, '')}.name}`,
        pattern: '{ ($.level = "error") || ($.level = "fatal") }',
        metric_transformation: {
          name: 'ErrorLines',
          namespace: 'tiers/test/service',
          value: '1',
          unit: 'Count',
          dimensions: { service: '$.service' },
        },
      });
    }
    expect(logs?.namespace).toBe('tiers/test/service');
  });
});
