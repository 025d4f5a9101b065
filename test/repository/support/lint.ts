import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import execa from 'execa';
import { z } from 'zod';
import { ROOT } from './root';

/** One complaint of ESLint about one file. */
export interface Complaint {
  readonly ruleId: string;
  readonly message: string;
}

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(z.object({ ruleId: z.string().nullable(), message: z.string() })),
  }),
);

/**
 * Runs the repository's ESLint, with its own configuration and types, on files that exist only for this call.
 * @param files path below the root, such as 'modules/a/a.ts', to content
 * @returns the complaints by the same paths; a file that could not be parsed has one with the rule 'fatal'
 */
export async function lint(files: Readonly<Record<string, string>>): Promise<Map<string, Complaint[]>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tiers-lint-')));
  try {
    cpSync(join(ROOT, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const eslint = join(ROOT, 'node_modules/eslint/bin/eslint.js');
    const options = ['--config', join(ROOT, 'eslint.config.mjs'), '--format', 'json', '.'];
    // 1 means that there are complaints; anything else but 0 is a failure of ESLint itself.
    const { stdout, stderr, exitCode } = await execa(process.execPath, [eslint, ...options], {
      cwd: folder,
      reject: false,
    });
    if (exitCode > 1) throw new Error(`eslint ended with ${exitCode}: ${stderr}`);
    return new Map(
      report
        .parse(JSON.parse(stdout))
        .map(({ filePath, messages }) => [
          filePath.slice(folder.length + 1),
          messages.map(({ ruleId, message }) => ({ ruleId: ruleId ?? 'fatal', message })),
        ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
