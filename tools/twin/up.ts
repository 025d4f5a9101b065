import { mkdirSync, rmSync } from 'node:fs';
import { readGraph, readStacks, type Finding, type Graph } from '../topology';
import { runContractTests, type ContractResult } from './contract';
import { missingParts, type MissingPart } from './coverage';
import { checkPlan } from './preflight';
import { lockFolder } from './process/lock';
import { exitCodeOf, handleEnds, type EndCause } from './process/signals';
import { Supervisor } from './process/supervisor';
import { runSteps, type Durations } from './progress';
import { differencesText, missingText, runningText, warningsText } from './report';
import type { TwinSettings } from './settings';
import { chooseStacks } from './stacks';
import { synthesize } from './synthesize';
import { Twin, type Tier } from './twin';

export interface UpOptions {
  readonly settings: TwinSettings;
  /** Start, run the contract tests, print one line of JSON, stop. */
  readonly check: boolean;
  /** Run what is in cdktf.out instead of synthesizing first. */
  readonly asSynthesized: boolean;
}

const TITLES: Readonly<Record<Tier, string>> = {
  aws: 'Queues, tables, buckets, secrets',
  database: 'Database',
  cache: 'Cache',
  'load-balancer': 'Load balancer',
  fleets: 'Fleets',
  cdn: 'CDN',
};

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Everything of one `tiers up`, from the lock to the last process. */
class Session {
  readonly supervisor: Supervisor;
  private twin: Twin | undefined;
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: UpOptions) {
    this.supervisor = new Supervisor(options.settings.runFolder);
  }

  /** Starts everything; resolves with the seconds of each step. */
  async start(): Promise<{ twin: Twin; durations: Durations }> {
    const { settings, asSynthesized } = this.options;
    const reaped = await this.supervisor.reap();
    if (reaped.length > 0) say(`Ended ${reaped.length} processes that an earlier twin had left behind.`);
    rmSync(this.supervisor.logFolder, { recursive: true, force: true });
    mkdirSync(this.supervisor.logFolder, { recursive: true });

    let graph: Graph | undefined;
    let leftOut: readonly string[] = [];
    let missing: readonly MissingPart[] = [];
    let warnings: readonly Finding[] = [];
    const before = await runSteps([
      ...(asSynthesized
        ? []
        : [
            {
              id: 'synthesis',
              title: 'Synthesis',
              run: () => synthesize(this.supervisor, settings.projectFolder, settings.environment),
            },
          ]),
      {
        id: 'checks',
        title: 'Checks before start',
        run: async () => {
          // Stacks of ladder/05-cache are named ladder-...
          const [environment = ''] = settings.environment.split('/');
          const names = readStacks(settings.synthesized).map(({ name }) => name);
          const choice = chooseStacks(names, environment, settings.region);
          leftOut = choice.leftOut;
          graph = readGraph(settings.synthesized, (stack) => choice.run.includes(stack));
          missing = missingParts(graph);
          warnings = checkPlan(graph, settings.projectFolder);
        },
      },
    ]);
    if (!graph) throw new Error('the checks ended without a graph');
    if (leftOut.length > 0) say(`Left out, as the twin runs one region: ${leftOut.join(', ')}.`);
    if (missing.length > 0) say(missingText(missing));
    if (warnings.length > 0) say(warningsText(warnings));
    const twin = new Twin(graph, settings, this.supervisor);
    this.twin = twin;
    const step = (tier: Tier) => ({ id: tier, title: TITLES[tier], run: () => twin.startTier(tier) });
    const tiers = await runSteps([
      { title: 'Tiers', parts: [step('database'), step('aws'), step('cache'), step('load-balancer')] },
      { title: 'Servers', parts: [step('fleets'), step('cdn')] },
    ]);
    say(differencesText(twin.context.differences));
    return { twin, durations: new Map([...before, ...tiers]) };
  }

  /** Ends everything, once; in order where the start had succeeded. */
  stop(orderly: boolean): Promise<void> {
    this.stopping ??= (async () => {
      if (!orderly) await this.supervisor.stopAll();
      await this.twin?.stop();
      await this.supervisor.stopAll();
    })();
    return this.stopping;
  }
}

/** Where the service's own user finds its rows: one address of each shard, separated by spaces. */
function databaseUrl(twin: Twin): string | undefined {
  const environment = twin.fleets.running[0]?.plan.environment;
  if (twin.databases.planned.length === 0 || environment === undefined) return undefined;
  return twin.databases.planned
    .map(
      ({ endpoint: { host, port } }) =>
        `postgresql://${environment['DB_USER']}@${host}:${port}/${environment['DB_NAME']}`,
    )
    .join(' ');
}

function seconds(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The one line that `--check` prints. */
function checkLine(
  environment: string,
  total: number,
  durations: Durations,
  contract: ContractResult | undefined,
): string {
  return JSON.stringify({
    deployment: environment,
    startSeconds: Object.fromEntries([...durations].map(([id, value]) => [id, seconds(value)])),
    servingAfterSeconds: seconds(total),
    contractTests: {
      passed: contract?.passed ?? 0,
      failed: contract?.failed ?? 0,
      total: contract?.total ?? 0,
    },
    passed: contract !== undefined && contract.failed === 0,
  });
}

/**
 * `tiers up`: runs the deployment until it is told to stop. Ends the process itself; whatever happens, nothing it started
 * stays behind.
 */
export async function up(options: UpOptions): Promise<never> {
  const { settings, check } = options;
  const began = performance.now();
  mkdirSync(settings.runFolder, { recursive: true });
  const unlock = lockFolder(settings.runFolder);
  const session = new Session(options);
  let serving = false;
  let ending = false;

  const finish = async (code: number): Promise<never> => {
    try {
      await session.stop(serving);
    } catch (error) {
      say(`Stopping failed: ${String(error)}`);
      code = code === 0 ? 1 : code;
    }
    unlock();
    process.exit(code);
  };
  const onEnd = async (cause: EndCause): Promise<void> => {
    ending = true;
    if (cause.kind === 'fault')
      say(cause.error instanceof Error ? (cause.error.stack ?? String(cause.error)) : String(cause.error));
    else say(`${cause.signal}: stopping everything`);
    await finish(cause.kind === 'signal' ? exitCodeOf(cause.signal) : 1);
  };
  handleEnds({
    onEnd,
    onExit: () => {
      session.supervisor.killAllNow();
      unlock();
    },
  });

  let contract: ContractResult | undefined;
  try {
    const { twin, durations } = await session.start();
    serving = true;
    const total = (performance.now() - began) / 1000;
    twin.context.events.on('event', (event) => {
      say(
        `${event.time} ${event.kind} ${event.part} (${event.resource})${event.detail ? `: ${event.detail}` : ''}`,
      );
    });
    say(runningText(twin, total));
    if (!check) return await new Promise<never>(() => undefined);
    say('Running the contract tests ...');
    contract = await runContractTests(session.supervisor, settings.projectFolder, {
      baseUrl: twin.balancers.site,
      caFile: twin.context.authority.file,
      databaseUrl: databaseUrl(twin),
    });
    for (const failure of contract.failures) say(failure);
    process.stdout.write(`${checkLine(settings.environment, total, durations, contract)}\n`);
  } catch (error) {
    // What fails because everything is being ended is no news.
    if (ending) return await new Promise<never>(() => undefined);
    say(error instanceof Error ? error.message : String(error));
    if (check) process.stdout.write(`${checkLine(settings.environment, 0, new Map(), undefined)}\n`);
    return finish(1);
  }
  return finish(contract.failed === 0 ? 0 : 1);
}
