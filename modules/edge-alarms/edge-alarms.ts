import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import { placeOf } from '../../lib/place';
import { declareAlarms, type AlarmTopics, type Grade } from '../alarms';
import { planEdgeAlarms, type EdgeInput } from './plan';

export interface EdgeAlarmsProps extends EdgeInput {
  /** Where pages and tickets go: topics of us-east-1, as alarms publish in their own region only. */
  readonly topics: AlarmTopics;
}

/** The alarms on what users reach first, where CloudFront and Route 53 keep their metrics. */
export class EdgeAlarms extends Construct {
  /** ARNs of the alarms that tell somebody, by grade. */
  readonly alarmArns: Readonly<Record<Grade, readonly string[]>>;

  constructor(scope: Construct, id: string, { topics, ...input }: EdgeAlarmsProps) {
    super(scope, id);
    const { region } = placeOf(this);
    if (region !== 'us-east-1') {
      throw new ConfigurationError([
        {
          where: this.node.path,
          received: region,
          allowed: 'a stack in us-east-1, where CloudFront and Route 53 keep their metrics',
          fix: 'declare it in the edge stack',
        },
      ]);
    }
    this.alarmArns = declareAlarms(this, topics.arns, planEdgeAlarms(input));
  }
}
