/** What a service has to carry. Every figure is a month's unless it says otherwise. */
export interface Demand {
  readonly registeredUsers: number;
  readonly uniqueUsers: number;
  /** Requests without static files. */
  readonly requests: number;
  /** Mbit/s at the busiest time, static files left out. */
  readonly peakBandwidth: number;
  /** The busiest hour's rate over the month's average; the quiet hours from 2 to 7 pull the average down. */
  readonly peakToAverage: number;
  /** Share of requests that write a post, and bytes that a post takes with its indexes. */
  readonly writeShare: number;
  readonly bytesPerPost: number;
  /** Share of posts that come with a picture, and bytes of a picture with its thumbnail. */
  readonly pictureShare: number;
  readonly bytesPerPicture: number;
  /** Share of reads that the cache answers. */
  readonly cacheHits: number;
}

/** What one machine of each role is planned for. */
export interface Capacity {
  /** Requests per second of one web instance, at the CPU share that scaling aims for. */
  readonly requestsPerInstance: number;
  /** Mbit/s that one web instance sustains without its burst allowance. */
  readonly bandwidthPerInstance: number;
  /** Pictures per second that one worker turns into thumbnails. */
  readonly picturesPerWorker: number;
  /** Database connections that one process of the service may open. */
  readonly connectionsPerProcess: number;
}

/** The least that a deployment needs; rates are per second, sizes in GiB. */
export interface Sizing {
  readonly averageRate: number;
  readonly peakRate: number;
  /** Bytes of an average response at the peak. */
  readonly bytesPerResponse: number;
  /** Web instances that hold the average, and the peak, each with one zone lost. */
  readonly webAtAverage: number;
  readonly webAtPeak: number;
  /** Mbit/s of each web instance at the peak, with one zone lost. */
  readonly bandwidthPerInstance: number;
  readonly workersAtPeak: number;
  /** Statements per second that reach the database at the peak. */
  readonly databaseReads: number;
  readonly databaseWrites: number;
  /** Growth in a month. */
  readonly databaseGrowth: number;
  readonly pictureGrowth: number;
  /** Connections to the writer when every fleet is at its peak size. */
  readonly connections: number;
}

const SECONDS_PER_MONTH = (365.25 / 12) * 24 * 3600;
const GIB = 2 ** 30;

/**
 * The reference service of this repository: over a million registered users, 15 million unique users a month, billions
 * of requests (three here) and 430 Mbit/s at the peak. The shares are assumptions; docs/sizing.md says how each is
 * replaced by a measured figure.
 */
export const REFERENCE_DEMAND: Demand = {
  registeredUsers: 1_000_000,
  uniqueUsers: 15_000_000,
  requests: 3_000_000_000,
  peakBandwidth: 430,
  peakToAverage: 3,
  writeShare: 0.01,
  bytesPerPost: 2_000,
  pictureShare: 0.05,
  bytesPerPicture: 2_500_000,
  cacheHits: 0.8,
};

/**
 * Two vCPUs of a c7g.large. Its baseline bandwidth is 0.937 Gbit/s (Amazon EC2 User Guide, "Specifications for Amazon
 * EC2 compute optimized instances").
 */
export const REFERENCE_CAPACITY: Capacity = {
  requestsPerInstance: 200,
  bandwidthPerInstance: 937,
  picturesPerWorker: 1,
  connectionsPerProcess: 10,
};

/** Calculates the least that carries a demand over a number of zones of which one may be lost. */
export function sizeFor(demand: Demand, capacity: Capacity, zones: number): Sizing {
  const averageRate = demand.requests / SECONDS_PER_MONTH;
  const peakRate = averageRate * demand.peakToAverage;
  const posts = demand.requests * demand.writeShare;
  const pictures = posts * demand.pictureShare;
  const webAtPeak = withZoneLost(peakRate / capacity.requestsPerInstance, zones);
  const workersAtPeak = withZoneLost(
    ((pictures / SECONDS_PER_MONTH) * demand.peakToAverage) / capacity.picturesPerWorker,
    zones,
  );
  return {
    averageRate,
    peakRate,
    bytesPerResponse: (demand.peakBandwidth * 1e6) / 8 / peakRate,
    webAtAverage: withZoneLost(averageRate / capacity.requestsPerInstance, zones),
    webAtPeak,
    bandwidthPerInstance: demand.peakBandwidth / ((webAtPeak * (zones - 1)) / zones),
    workersAtPeak,
    databaseReads: peakRate * (1 - demand.writeShare) * (1 - demand.cacheHits),
    databaseWrites: peakRate * demand.writeShare,
    databaseGrowth: (posts * demand.bytesPerPost) / GIB,
    pictureGrowth: (pictures * demand.bytesPerPicture) / GIB,
    connections: (webAtPeak + workersAtPeak) * capacity.connectionsPerProcess,
  };
}

/** Instances over all zones such that `needed` are left when one zone is gone; the zones hold equally many. */
function withZoneLost(needed: number, zones: number): number {
  return Math.ceil(needed / (zones - 1)) * zones;
}
