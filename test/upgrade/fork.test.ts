import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSchema } from '../../deployments/schema';
import { production as sample } from '../../deployments/production/global';
import { staging } from '../../deployments/staging/global';
import { repositoryFiles } from '../repository/support/tracked';
import { forkDocuments } from './fork';
import { production as fork } from './fork/deployments/production/global';
import { ROOT } from './releases';

const documents = forkDocuments();

/** What a fork replaces in its deployments, as the samples have it. */
const SAMPLES = [sample, staging].flatMap(({ account, domain, contact }) => [account, domain, contact]);

test('a fork says its project and its account', () => {
  for (const key of ['project', 'account'] as const) {
    const { [key]: _left, ...rest } = fork;
    expect(environmentSchema.safeParse(rest).success).toBe(false);
  }
});

test('every bucket, whose name is one for the whole world, has the project and the account in it', () => {
  const names = Object.values(documents).flatMap(({ resource }) =>
    Object.values((resource as Record<string, Record<string, { bucket?: string }>>).aws_s3_bucket ?? {}).map(
      ({ bucket }) => bucket ?? '',
    ),
  );
  expect(names.length).toBeGreaterThan(4);
  for (const name of names) {
    expect(name.startsWith(`${fork.project}-`)).toBe(true);
    expect(name).toContain(fork.account);
  }
});

test('nothing that a fork deploys is of the samples', () => {
  const text = JSON.stringify(documents);
  expect(SAMPLES.length).toBe(6);
  expect(SAMPLES.filter((value) => text.includes(value))).toEqual([]);
  // The project is part of every name.
  expect(text.match(/"tiers-[a-z]+-[^"]*"/g) ?? []).toEqual([]);
});

test('the samples are named in deployments/ alone: a fork edits nothing else to make it its own', () => {
  const ours =
    /^(lib|modules|stacks|tools|service|image|functions|reports|canary|scripts|security)\/|^main\.ts$/;
  const values = SAMPLES.filter((value) => value !== sample.domain).concat(
    'staging.tiers',
    'tiers.example.org',
  );
  const found = repositoryFiles()
    .filter((file) => ours.test(file) && !/\.(png|webp|ico|woff2?)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return values.filter((value) => text.includes(value)).map((value) => `${file}: ${value}`);
    });
  expect(found).toEqual([]);
});
