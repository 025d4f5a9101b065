import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readDocuments } from '../../modules/machine-image';
import { only, resourcesOf } from '../support/synth';
import { declareImage as declare } from './machine-image.fixture';

const file = z.object({ path: z.string(), content: z.string().optional() }).loose();
const step = z.object({
  name: z.string(),
  action: z.string(),
  inputs: z.union([z.array(file.partial()), z.object({ commands: z.array(z.string()) })]).optional(),
});
const documentSchema = z.object({
  name: z.string(),
  schemaVersion: z.number(),
  parameters: z
    .array(
      z.record(z.string(), z.object({ type: z.literal('string'), default: z.string().optional() }).loose()),
    )
    .default([]),
  phases: z.array(z.object({ name: z.enum(['build', 'validate', 'test']), steps: z.array(step) })),
});

describe.each(readDocuments().map(({ name, text }) => [name, text] as const))(
  'image/components/%s.yml',
  (name, text) => {
    const document = documentSchema.parse(parse(text));

    test('uses the parameters that it declares, and a recipe sets those without a default', () => {
      const declared = document.parameters.flatMap((parameter) => Object.keys(parameter));
      const used = [...text.matchAll(/\{\{ (\w+) \}\}/g)].map((match) => match[1]);
      expect(new Set(used)).toEqual(new Set(declared));
      const components = only(declare(), 'aws_imagebuilder_image_recipe').component as {
        component_arn: string;
        parameter?: { name: string }[];
      }[];
      const own = components.find(({ component_arn }) => component_arn.includes(`_contents_${name}.`));
      const set = own?.parameter?.map((parameter) => parameter.name) ?? [];
      expect(declared).toEqual(expect.arrayContaining(set));
      const needed = document.parameters.flatMap((parameter) =>
        Object.entries(parameter).flatMap(([key, value]) => (value.default === undefined ? [key] : [])),
      );
      expect(set).toEqual(expect.arrayContaining(needed));
    });

    test('reaches Image Builder as it is written, past the templates of Terraform', () => {
      const { data } = resourcesOf(declare(), 'aws_imagebuilder_component')[`image_contents_${name}`]!;
      expect(String(data).replace(/([$%])\1\{/g, '$1{')).toBe(text);
      expect(String(data)).not.toMatch(/(^|[^$])\$\{/);
    });
  },
);

describe('the units of the image', () => {
  const contents = new Map(
    readDocuments()
      .flatMap(({ text }) => documentSchema.parse(parse(text)).phases)
      .flatMap(({ steps }) => steps)
      .flatMap(({ inputs }) => (Array.isArray(inputs) ? inputs : []))
      .map(({ path, content }) => [path ?? '', content ?? '']),
  );

  test.each(['api', 'worker', 'transcode', 'migrate'])(
    '%s runs its role with the environments of machine and plan',
    (role) => {
      const unit = contents.get(`/etc/systemd/system/tiers-${role}.service`);
      expect(unit).toContain(`ExecStart=/usr/bin/node --enable-source-maps dist/service/${role}.js`);
      const environments = [...(unit ?? '').matchAll(/^EnvironmentFile=-?(.*)$/gm)].map((match) => match[1]);
      expect(environments).toEqual([
        '/etc/tiers/machine.env',
        '/run/tiers/instance.env',
        '/etc/tiers/service.env',
      ]);
      expect(unit).toContain('User=tiers');
      expect(unit).toMatch(/^Restart=(always|on-failure)$/m);
    },
  );

  test.each(['worker', 'transcode'])(
    'a %s is given longer to stop than it takes, and less than Spot gives',
    (role) => {
      const stop = /^TimeoutStopSec=(\d+)$/m.exec(
        contents.get(`/etc/systemd/system/tiers-${role}.service`) ?? '',
      );
      expect(Number(stop?.[1])).toBeGreaterThan(30);
      expect(Number(stop?.[1])).toBeLessThan(90);
    },
  );

  test('every program that a unit starts from here is among the files', () => {
    const started = [...contents.values()].flatMap((text) => [
      ...text.matchAll(/\/usr\/local\/lib\/tiers\/\w+/g),
    ]);
    expect(started.length).toBeGreaterThan(0);
    for (const [path] of started) expect([...contents.keys()]).toContain(path);
  });
});

test('an ffmpeg of another content than the pinned one is not installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-ffmpeg-'));
  try {
    const { phases } = documentSchema.parse(
      parse(readDocuments().find(({ name }) => name === 'ffmpeg')!.text),
    );
    const { inputs } = phases[0]!.steps[0]!;
    const script = Array.isArray(inputs) ? '' : inputs!.commands.join('\n');
    // In place of the index, a folder with something else under that name.
    writeFileSync(join(folder, 'imageio_ffmpeg-0.6.0-py3-none-any.whl'), 'other');
    const python = resolve(__dirname, '../../.venv/bin');
    const run = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: {
        PATH: `${python}:${process.env['PATH'] ?? ''}`,
        DESTDIR: folder,
        PIP_NO_INDEX: '1',
        PIP_FIND_LINKS: folder,
      },
    });
    expect(run.status).not.toBe(0);
    expect(run.stderr + run.stdout).toContain('DO NOT MATCH THE HASHES');
    expect(existsSync(join(folder, 'usr'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
