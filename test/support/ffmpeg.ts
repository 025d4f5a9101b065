import { execFileSync } from 'node:child_process';
import { pythonProgram } from './python';

const LOCATE = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())';

/** The ffmpeg that the Python package imageio-ffmpeg brings. */
export const ffmpegBinary = (): string =>
  execFileSync(pythonProgram('python3'), ['-c', LOCATE], { encoding: 'utf8' }).trim();

/** A few seconds of a test picture with a tone. */
export function clip(file: string, { size = '640x360', seconds = 2 } = {}): void {
  execFileSync(ffmpegBinary(), [
    ...['-nostdin', '-loglevel', 'error', '-y'],
    ...['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=10:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...(file.endsWith('.webm') ? ['-c:v', 'libvpx', '-c:a', 'libvorbis'] : ['-c:v', 'mpeg4', '-c:a', 'aac']),
    file,
  ]);
}
