import { alarmRow, type AlarmRows } from './alarms';
import { businessGraphs, type BusinessRows } from './business';
import { cacheGraphs, databaseGraphs } from './data';
import { limitGraphs, type LimitRows } from './limits';
import { instanceGraphs, machineGraphs, natGraphs, type FleetRows } from './machines';
import { canaryGraph, requestGraphs, type RequestRows } from './requests';
import { rosterRows, type RosterRows } from './roster';
import { distributionGraphs, endpointGraphs, serviceGraphs, type ServiceRows } from './service';
import type { Row } from './widgets';
import { workGraphs, type WorkRows } from './work';

export interface DashboardInput extends Omit<RequestRows, 'region'>, FleetRows, WorkRows {
  readonly alarms: AlarmRows;
  /** What each kind of server is for. */
  readonly servers: RosterRows['servers'];
  /** The instances of each physical shard. */
  readonly databases: readonly { readonly identifiers: readonly string[] }[];
  /** Leave it out where there is no cache. */
  readonly cache?: { readonly nodeIds: readonly string[] };
  /** What looks at the service from outside. Leave it out where nothing does. */
  readonly canary?: { readonly name: string };
  readonly natGateways: readonly { readonly zone: string; readonly gatewayId: string }[];
  /** What the service and its machines measure themselves. */
  readonly service: ServiceRows;
  /** Namespace of the daily report's figures. Leave it out where there is no report. */
  readonly business?: BusinessRows['namespace'];
  /** Namespace of the daily inspection's figures. */
  readonly inspection: LimitRows['inspection'];
  readonly certificate: { readonly arn: string };
}

/** All that is measured of a region: what is wrong, what there is, and then from the user's side inwards. */
export function planRows(input: DashboardInput, region: string): readonly Row[] {
  const { service, cache, inspection } = input;
  const identifiers = input.databases.flatMap((database) => database.identifiers);
  return [
    alarmRow(input.alarms),
    ...rosterRows({
      servers: input.servers,
      groupNames: ['api', 'worker'].flatMap((role) => service.groupNames[role] ?? []),
      databases: identifiers,
      cacheNodes: cache?.nodeIds ?? [],
    }),
    {
      heading: 'Requests',
      widgets: [
        ...requestGraphs({ ...input, region }),
        ...(input.canary ? [canaryGraph(input.canary.name)] : []),
      ],
    },
    { heading: 'Endpoints', widgets: endpointGraphs(service), across: 4 },
    { heading: 'Latency of each endpoint, distribution (ms)', widgets: distributionGraphs(service) },
    ...(input.business === undefined
      ? []
      : [
          {
            heading: 'Business',
            widgets: businessGraphs({ namespace: input.business, currencies: service.currencies }),
          },
        ]),
    { heading: 'Service', widgets: serviceGraphs(service) },
    { heading: 'Instances', widgets: [...instanceGraphs(input), ...machineGraphs(service)] },
    { heading: 'Network', widgets: natGraphs(input.natGateways) },
    { heading: 'Database', widgets: databaseGraphs(identifiers), across: 4 },
    ...(cache ? [{ heading: 'Cache', widgets: cacheGraphs(cache.nodeIds), across: 4 } as const] : []),
    { heading: 'Work and shared state', widgets: workGraphs(input) },
    {
      heading: 'Limits and ages',
      widgets: limitGraphs({
        inspection,
        fleets: service.machines,
        writers: input.databases.flatMap(({ identifiers: [first] }) => first ?? []),
        certificateArn: input.certificate.arn,
      }),
      across: 4,
    },
  ];
}
