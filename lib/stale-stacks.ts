import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes the folders of stacks that a synthesis has not written, as the cdktf command line does: what lies in the output
 * is then exactly what was asked for. States are elsewhere; all that goes is text and Terraform's downloads.
 */
export function removeStaleStacks(outdir: string, written: readonly string[]): void {
  const folder = join(outdir, 'stacks');
  if (!existsSync(folder)) return;
  for (const stack of readdirSync(folder)) {
    if (!written.includes(stack)) rmSync(join(folder, stack), { recursive: true });
  }
}
