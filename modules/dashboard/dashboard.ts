import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { nodeIds } from '../alarms';
import { planRows, type DashboardInput } from './rows';
import { dashboardBody } from './widgets';

export interface DashboardProps extends Omit<DashboardInput, 'cacheNodes'> {
  /** Leave it out where there is no cache. */
  readonly cache?: { readonly replicationGroupId: string; readonly nodes: number };
}

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
      dashboardBody: dashboardBody(
        region,
        planRows({ ...props, cacheNodes: props.cache ? nodeIds(props.cache) : [] }),
      ),
    });
  }
}
