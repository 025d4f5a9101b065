import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** ffmpeg: what `FFMPEG` names, of the project's virtual environment, else that of the PATH, if there is one. */
export function findFfmpeg(projectFolder: string): string {
  const lib = join(projectFolder, '.venv', 'lib');
  const [packaged] = (existsSync(lib) ? readdirSync(lib) : [])
    .map((name) => join(lib, name, 'site-packages', 'imageio_ffmpeg', 'binaries'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.startsWith('ffmpeg-'))
        .map((name) => join(folder, name)),
    );
  return process.env['FFMPEG'] ?? packaged ?? 'ffmpeg';
}
