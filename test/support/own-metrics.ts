import pino from 'pino';
import { parse } from 'yaml';
import { readDocuments } from '../../modules/machine-image';
import { Metrics } from '../../service/metrics/metrics';
import { metricKey } from './known-metrics';
import { resourcesOf, type Synthesized } from './synth';

/** What the service itself writes, taken from lines that it wrote just now. */
export function serviceMetrics(namespace: string): string[] {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const metrics = new Metrics(
    { namespace, intervalSeconds: 3_600, objectives: new Map([['GET /one', 1]]) },
    log,
  );
  metrics.request('GET', '/one', 500, 5);
  metrics.cache(true);
  metrics.cache(false);
  metrics.read('replica');
  metrics.job('thumbnail', true, 5);
  metrics.purchase('EUR', 100);
  metrics.count('SignUps');
  metrics.count('Posts');
  metrics.outboxAge(1);
  metrics.close();
  return lines.flatMap((line) => {
    const { _aws } = JSON.parse(line) as {
      _aws?: {
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
      };
    };
    return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics: written }) =>
      written.flatMap(({ Name }) => Dimensions.map((set) => metricKey(Namespace, Name, set))),
    );
  });
}

/** What the agent of the image collects, by fleet. */
export function agentMetrics(namespace: string): string[] {
  const text = readDocuments().find(({ name }) => name === 'units')!.text;
  const document = JSON.stringify(parse(text));
  const config = /\{\\n *\\"agent\\".*?\\n\}\\n/.exec(document)?.[0];
  if (config === undefined) throw new Error('the units of the image hold no configuration of the agent');
  const { metrics } = JSON.parse(JSON.parse(`"${config}"`) as string) as {
    metrics: {
      aggregation_dimensions: string[][];
      metrics_collected: Record<string, { measurement?: string[]; metrics_include?: string[] }>;
    };
  };
  return Object.entries(metrics.metrics_collected).flatMap(([plugin, collected]) =>
    (collected.measurement ?? collected.metrics_include ?? []).flatMap((name) =>
      metrics.aggregation_dimensions.map((set) => metricKey(namespace, `${plugin}_${name}`, set)),
    ),
  );
}

/** What metric filters count. */
export function filterMetrics(stacks: readonly Synthesized[]): string[] {
  return stacks.flatMap((stack) =>
    Object.values(resourcesOf(stack, 'aws_cloudwatch_log_metric_filter')).map(({ metric_transformation }) => {
      const { name, namespace, dimensions } = metric_transformation as {
        name: string;
        namespace: string;
        dimensions?: Record<string, string>;
      };
      return metricKey(namespace, name, Object.keys(dimensions ?? {}));
    }),
  );
}

/** What workflows publish: the metrics that stand in their definitions. */
export function workflowMetrics(stacks: readonly Synthesized[]): string[] {
  return stacks.flatMap((stack) =>
    Object.values(resourcesOf(stack, 'aws_sfn_state_machine')).flatMap(({ definition }) => {
      const text = String(definition).replaceAll('\\n', ' ');
      const namespaces = [...text.matchAll(/"Namespace":"([^"]+)"/g)].map((match) => match[1]!);
      const published = [...text.matchAll(/"MetricName":"(\w+)","Dimensions":\[\{"Name":"(\w+)"/g)];
      // Those of the daily report are made by a function of JSONata: its name, and nothing or a dimension.
      const called = [...text.matchAll(/\$figure\(\s*'(\w+)',.*?(?:\[\]|\$by\((?:'(\w+)'|\$after),)/g)];
      const after = /\$after := '(\w+)'/.exec(text)?.[1];
      return namespaces.flatMap((namespace) => [
        ...published.map(([, name, dimension]) => metricKey(namespace, name!, [dimension!])),
        ...called.map(([all, name, dimension]) =>
          metricKey(namespace, name!, all.endsWith('[]') ? [] : [dimension ?? after!]),
        ),
      ]);
    }),
  );
}
