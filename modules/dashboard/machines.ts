import { graphOfEach, PER_SECOND } from './lines';
import type { Graph, Line } from './widgets';

export interface FleetRows {
  readonly web: { readonly autoScalingGroupName: string };
  readonly workers: { readonly autoScalingGroupName: string };
  /** Leave it out where there are none. */
  readonly transcoders?: { readonly autoScalingGroupName: string };
}

export interface MachineRows {
  readonly namespace: string;
  /** What the machines of each fleet call themselves in their metrics, by what people call the fleet. */
  readonly machines: Readonly<Record<string, string>>;
}

const ALLOWANCES = {
  ethtool_bw_in_allowance_exceeded: 'in',
  ethtool_bw_out_allowance_exceeded: 'out',
  ethtool_pps_allowance_exceeded: 'packets',
  ethtool_conntrack_allowance_exceeded: 'connections',
} as const;

export function instanceGraphs({ web, workers, transcoders }: FleetRows): Graph[] {
  const fleets = [
    ['web', web.autoScalingGroupName],
    ['workers', workers.autoScalingGroupName],
    ...(transcoders ? ([['transcoders', transcoders.autoScalingGroupName]] as const) : []),
  ] as const;
  const lines = (namespace: string, metric: string, statistic: string, expression?: string): Line[] =>
    fleets.map(([label, name]) => ({
      namespace,
      metric,
      dimensions: { AutoScalingGroupName: name },
      statistic,
      label,
      ...(expression === undefined ? {} : { expression }),
    }));
  return [
    { title: 'CPU', unit: '%', lines: lines('AWS/EC2', 'CPUUtilization', 'Average') },
    {
      title: 'In service',
      unit: 'instances',
      lines: lines('AWS/AutoScaling', 'GroupInServiceInstances', 'Minimum'),
    },
    {
      title: 'Network in, a mean instance',
      unit: 'bytes/s',
      lines: lines('AWS/EC2', 'NetworkIn', 'Average', 'm / PERIOD(m)'),
    },
    {
      title: 'Network out, a mean instance',
      unit: 'bytes/s',
      lines: lines('AWS/EC2', 'NetworkOut', 'Average', 'm / PERIOD(m)'),
    },
  ];
}

/** What EC2 does not know of its instances; the worst machine of each fleet, and the mean one where that says more. */
export function machineGraphs({ namespace, machines }: MachineRows): Graph[] {
  const each = graphOfEach(
    namespace,
    Object.entries(machines).map(([label, Fleet]) => ({ label, dimensions: { Fleet } })),
  );
  const load = ['api', 'worker'].map((service) => ({
    namespace,
    metric: 'LoadPerProcessor',
    dimensions: { service },
    statistic: 'Maximum',
    label: service,
  }));
  return [
    each('Memory in use, the fullest machine', '%', 'mem_used_percent', 'Maximum'),
    each('Disk in use, the fullest machine', '%', 'disk_used_percent', 'Maximum'),
    { title: 'Load per processor, the busiest machine', unit: 'processes', lines: load },
    each('Waiting for disk (I/O wait), the worst machine', '%', 'cpu_usage_iowait', 'Maximum'),
    // Milliseconds of disk work in each minute that the agent collects.
    each('Disk busy, the busiest machine', '%', 'diskio_io_time', 'Maximum', '100 * m / 60000'),
    each('Read from disk, all machines', 'bytes/s', 'diskio_read_bytes', 'Sum', PER_SECOND),
    each('Written to disk, all machines', 'bytes/s', 'diskio_write_bytes', 'Sum', PER_SECOND),
    {
      title: 'Packets held back by the allowance of the size',
      unit: 'packets/s',
      lines: Object.entries(machines).flatMap(([label, Fleet]) =>
        Object.entries(ALLOWANCES).map(([metric, what]) => ({
          namespace,
          metric,
          dimensions: { Fleet },
          statistic: 'Maximum',
          label: `${label}, ${what}`,
          expression: 'RATE(m)',
        })),
      ),
    },
    each('Open TCP connections, a mean machine', 'connections', 'netstat_tcp_established', 'Average'),
  ];
}

/** What leaves the network by NAT, by zone. */
export function natGraphs(
  gateways: readonly { readonly zone: string; readonly gatewayId: string }[],
): Graph[] {
  const each = graphOfEach(
    'AWS/NATGateway',
    gateways.map(({ zone, gatewayId }) => ({ label: zone, dimensions: { NatGatewayId: gatewayId } })),
  );
  return [
    each('Out through NAT', 'bytes/s', 'BytesOutToDestination', 'Sum', PER_SECOND),
    each('Connections through NAT', 'connections', 'ActiveConnectionCount', 'Maximum'),
    each('No source port left at NAT', 'errors/min', 'ErrorPortAllocation', 'Sum'),
  ];
}
