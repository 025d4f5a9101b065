import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddressPlan, defaultAddressMode, type AddressMode } from '../../tools/twin/address-plan';
import { CertificateAuthority, type CertificateFiles } from '../../tools/twin/certificates';
import { EventLog, type EventKind, type TwinEvent } from '../../tools/twin/events';
import { Supervisor } from '../../tools/twin/process/supervisor';

/** The platform's own way to tell servers apart; TIERS_TEST_ADDRESS_MODE=port-each tries the way of macOS on Linux. */
export const ADDRESS_MODE: AddressMode =
  process.env['TIERS_TEST_ADDRESS_MODE'] === 'port-each' ? 'port-each' : defaultAddressMode();

/** What a test of running parts needs; every test file has a block of addresses of its own, since files run at the same time. */
export interface Bench {
  readonly folder: string;
  readonly supervisor: Supervisor;
  readonly events: EventLog;
  readonly addresses: AddressPlan;
  readonly authority: CertificateAuthority;
  readonly certificate: CertificateFiles;
  readonly close: () => Promise<void>;
}

export function openBench(block: number): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-test-'));
  const supervisor = new Supervisor(folder);
  const addresses = new AddressPlan({ mode: ADDRESS_MODE, block, firstPort: 15_000 + 100 * block });
  const authority = new CertificateAuthority(join(folder, 'tls'));
  const names = ['localhost', '127.0.0.1'];
  for (const tier of [20, 21, 30, 31])
    for (let n = 1; n < 10; n += 1) names.push(`127.${block}.${tier}.${n}`);
  return {
    folder,
    supervisor,
    events: new EventLog(join(folder, 'events.jsonl')),
    addresses,
    authority,
    certificate: authority.issue('server', names),
    close: async () => {
      await supervisor.stopAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves with the first event of this kind (and part) after `since` events; bounded. */
export function nextEvent(
  events: EventLog,
  kind: EventKind,
  options: { part?: string; since?: number; timeoutMs?: number } = {},
): Promise<TwinEvent> {
  const fits = (event: TwinEvent): boolean =>
    event.kind === kind && (options.part === undefined || event.part === options.part);
  const seen = events.all.slice(options.since ?? 0).find(fits);
  if (seen) return Promise.resolve(seen);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      events.off('event', look);
      const had = events.all.map((event) => `${event.kind} ${event.part} ${event.detail ?? ''}`).join('; ');
      reject(new Error(`no event ${kind} ${options.part ?? ''}; there were: ${had}`));
    }, options.timeoutMs ?? 60_000);
    const look = (event: TwinEvent): void => {
      if (!fits(event)) return;
      clearTimeout(timer);
      events.off('event', look);
      resolve(event);
    };
    events.on('event', look);
  });
}

/** Synthesizes into `folder` (all deployments, or the named ones), and returns it. */
export function synthesized(folder: string, ...deployments: string[]): string {
  execFileSync(process.execPath, ['--require', './scripts/register.cjs', 'main.ts', ...deployments], {
    env: { ...process.env, CDKTF_OUTDIR: folder, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}
