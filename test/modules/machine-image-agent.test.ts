import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readDocuments } from '../../modules/machine-image';

const documentSchema = z.object({
  phases: z.array(
    z.object({
      steps: z.array(
        z.object({
          inputs: z.union([
            z.array(z.object({ path: z.string(), content: z.string() })),
            z.object({ commands: z.array(z.string()) }),
          ]),
        }),
      ),
    }),
  ),
});
/** The files of the image, by path. */
const contents = new Map(
  readDocuments()
    .filter(({ name }) => ['units', 'ffmpeg'].includes(name))
    .flatMap(({ text }) => documentSchema.parse(parse(text)).phases)
    .flatMap(({ steps }) => steps)
    .flatMap(({ inputs }) => (Array.isArray(inputs) ? inputs : []))
    .map(({ path, content }) => [path, content]),
);

const agentConfig = z.object({
  logs: z.object({
    logs_collected: z.object({
      files: z.object({
        collect_list: z.array(z.object({ file_path: z.string(), log_group_name: z.string() })),
      }),
    }),
  }),
  metrics: z.object({
    namespace: z.string(),
    aggregation_dimensions: z.array(z.array(z.string())),
    metrics_collected: z.record(
      z.string(),
      z.object({
        measurement: z.array(z.string()).optional(),
        // What ethtool says of the network card (Amazon CloudWatch User Guide, "Collect network performance metrics").
        metrics_include: z.array(z.string()).optional(),
        append_dimensions: z.record(z.string(), z.string()),
        drop_original_metrics: z.array(z.string()),
      }),
    ),
  }),
});

describe('the agent of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiers-agent-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  /** Runs the script that starts the agent with a folder for /etc/tiers and a program that only notes how it was called. */
  const watch = (environment: Record<string, string>) => {
    const agent = join(folder, 'agent');
    writeFileSync(agent, `#!/bin/bash\necho "$@" > ${folder}/called\n`, { mode: 0o755 });
    const file = 'cloudwatch-agent.template.json';
    writeFileSync(join(folder, file), contents.get(`/etc/tiers/${file}`) ?? '');
    const script = (contents.get('/usr/local/lib/tiers/watch') ?? '')
      .replaceAll('/etc/tiers/', `${folder}/`)
      .replace('/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl', agent);
    return spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...environment },
    });
  };

  test('is started with the fleet and the namespace of the plan, figures kept by fleet alone', () => {
    const run = watch({ FLEET: 'web', METRICS_NAMESPACE: 'tiers/test/service' });
    expect([run.stderr, run.status]).toEqual(['', 0]);
    expect(readFileSync(join(folder, 'called'), 'utf8').trim()).toBe(
      `-a fetch-config -m ec2 -s -c file:${folder}/cloudwatch-agent.json`,
    );
    const { metrics, logs } = agentConfig.parse(
      JSON.parse(readFileSync(join(folder, 'cloudwatch-agent.json'), 'utf8')),
    );
    expect(metrics.namespace).toBe('tiers/test/service');
    expect(metrics.aggregation_dimensions).toEqual([['Fleet']]);
    for (const [plugin, collected] of Object.entries(metrics.metrics_collected)) {
      expect(collected.append_dimensions).toEqual({ Fleet: 'web' });
      expect(collected.drop_original_metrics).not.toEqual([]);
      // What is not dropped would be kept by instance as well, and by disk and processor.
      expect(collected.drop_original_metrics).toEqual(
        (collected.measurement ?? collected.metrics_include ?? []).map((name) => `${plugin}_${name}`),
      );
    }
    expect(Object.keys(metrics.metrics_collected).sort()).toEqual([
      'cpu',
      'disk',
      'diskio',
      'ethtool',
      'mem',
      'netstat',
    ]);
    const written = [...contents.values()].flatMap((text) => [...text.matchAll(/append:(.*\.log)$/gm)]);
    expect(logs.logs_collected.files.collect_list.map(({ file_path }) => file_path).sort()).toEqual(
      written.map((match) => match[1]).sort(),
    );
    for (const { file_path, log_group_name } of logs.logs_collected.files.collect_list) {
      expect(log_group_name).toBe(`{{ LogGroup }}/${/(\w+)\.log$/.exec(file_path)?.[1]}`);
    }
  });

  test('is not started without knowing its fleet, and its unit tries again', () => {
    const run = watch({ METRICS_NAMESPACE: 'tiers/test/service' });
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('FLEET');
    const unit = contents.get('/etc/systemd/system/tiers-watch.service');
    expect(unit).toContain('Restart=on-failure');
    for (const role of ['api', 'worker', 'transcode', 'migrate']) {
      expect(contents.get(`/etc/systemd/system/tiers-${role}.service`)).toMatch(
        /^Wants=.*tiers-watch\.service/m,
      );
    }
  });

  test('needs no API that instances cannot reach', () => {
    // The name of the group would be asked of EC2; the instance's id comes from its metadata.
    expect(contents.get('/etc/tiers/cloudwatch-agent.template.json')?.match(/\$\{aws:\w+\}/g)).toEqual([
      '${aws:InstanceId}',
    ]);
  });
});
