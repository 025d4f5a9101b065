import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { dashboardBody } from './layout';
import { planRows, type DashboardInput } from './rows';

/** What the dashboard shows: constructs, or what CloudWatch knows them by. */
export type DashboardProps = DashboardInput;

/** One page that shows how a region is doing, from the requests inwards. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { region } = placeOf(this);
    // Dashboards share one list for all regions of an account.
    this.name = Names.of(this).account('dashboard', 'overview');
    new CloudwatchDashboard(this, 'overview', {
      dashboardName: this.name,
      dashboardBody: dashboardBody(region, planRows(props, region)),
    });
  }
}
