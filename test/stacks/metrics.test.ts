import { exportAlarm } from '../../modules/metric-export';
import { DOCUMENTED_KEYS, metricKey } from '../support/known-metrics';
import { agentMetrics, filterMetrics, serviceMetrics, workflowMetrics } from '../support/own-metrics';
import { widgetsOf } from '../support/dashboard-page';
import { resourcesOf } from '../support/synth';
import { synthesizeNamed } from './support';

const stacks = Object.values(synthesizeNamed('production', 'local'));

interface Used {
  readonly by: string;
  readonly key: string;
}

interface Metric {
  readonly namespace: string;
  readonly metric_name: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

const used = (by: string, { namespace, metric_name, dimensions }: Metric): Used => ({
  by,
  key: metricKey(namespace, metric_name, Object.keys(dimensions ?? {})),
});

/** The one alarm that no deployment here has: metrics go nowhere else. */
function ofExport(): Used {
  const { id, measure } = exportAlarm('export');
  if ('expression' in measure) throw new Error(`${id}: this reads a metric, and no expression`);
  return { by: id, key: metricKey(measure.namespace, measure.name, Object.keys(measure.dimensions)) };
}

const inAlarms = stacks.flatMap((stack) =>
  Object.entries(resourcesOf(stack, 'aws_cloudwatch_metric_alarm')).flatMap(([name, alarm]): Used[] => {
    const queries = (alarm.metric_query ?? []) as { metric?: Metric }[];
    return queries.length > 0
      ? queries.flatMap(({ metric }) => (metric ? [used(name, metric)] : []))
      : [used(name, alarm as object as Metric)];
  }),
);
inAlarms.push(ofExport());

const onDashboards = stacks.flatMap((stack) =>
  Object.values(resourcesOf(stack, 'aws_cloudwatch_dashboard')).flatMap(({ dashboard_body }) =>
    widgetsOf(String(dashboard_body)).flatMap(({ properties }) =>
      (properties.metrics ?? []).flatMap((line): Used[] => {
        const [namespace, metric, ...rest] = line.filter((part) => typeof part === 'string');
        if (namespace === undefined || metric === undefined) {
          const { expression } = line[0] as { expression: string };
          const search = /^SEARCH\('\{([^,]+),([^}]+)\} MetricName="(\w+)"/.exec(expression);
          return search
            ? [{ by: properties.title!, key: metricKey(search[1]!, search[3]!, search[2]!.split(',')) }]
            : [];
        }
        const names = rest.filter((_, index) => index % 2 === 0);
        return [{ by: properties.title!, key: metricKey(namespace, metric, names) }];
      }),
    ),
  ),
);

const made = new Set(
  ['production', 'local'].flatMap((environment) => [
    ...serviceMetrics(`tiers/${environment}/service`),
    ...agentMetrics(`tiers/${environment}/service`),
  ]),
);
for (const key of [...filterMetrics(stacks), ...workflowMetrics(stacks)]) made.add(key);

test('there is something to check', () => {
  expect(inAlarms.length).toBeGreaterThan(200);
  expect(onDashboards.length).toBeGreaterThan(200);
  expect(made.size).toBeGreaterThan(50);
});

test.each([
  ['alarms', inAlarms],
  ['dashboards', onDashboards],
])('every metric of %s is one that AWS documents, or that something here makes', (_, all) => {
  const unknown = all.filter(({ key }) => !DOCUMENTED_KEYS.has(key) && !made.has(key));
  expect(unknown).toEqual([]);
});

test('the table holds nothing that nobody uses', () => {
  const keys = new Set([...inAlarms, ...onDashboards].map(({ key }) => key));
  // A zone of production is signed; the metrics of burstable classes come with the local deployment.
  expect([...DOCUMENTED_KEYS].filter((key) => !keys.has(key))).toEqual([]);
});
