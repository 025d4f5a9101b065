import { parseTranscodeConfig } from './config';
import { videoUploaded, type JobOf } from './jobs/job';
import { runWorker } from './jobs/run-worker';
import { TranscodeJob } from './jobs/videos';
import { main } from './lifecycle';

main('transcode', () =>
  runWorker('transcode', parseTranscodeConfig(process.env), (config, { pictures, assets }) => {
    const limits = { program: config.FFMPEG, seconds: config.TRANSCODE_SECONDS, folder: config.WORK_FOLDER };
    const job = new TranscodeJob(pictures, assets, limits);
    return {
      schema: videoUploaded,
      handle: ({ pictureId }: JobOf<'video.uploaded'>, log, signal) => job.run(pictureId, log, signal),
    };
  }),
);
