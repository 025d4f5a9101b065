import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { planEdgeRows, type EdgeDashboardInput } from './edge';
import { dashboardBody } from './layout';

/** What the dashboard shows, by what CloudWatch in us-east-1 knows it by. */
export type EdgeDashboardProps = EdgeDashboardInput;

/** One page that shows what users reach first, and what the account costs. */
export class EdgeDashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: EdgeDashboardProps) {
    super(scope, id);
    this.name = Names.of(this).account('dashboard', 'edge');
    new CloudwatchDashboard(this, 'edge', {
      dashboardName: this.name,
      dashboardBody: dashboardBody(placeOf(this).region, planEdgeRows(props)),
    });
  }
}
