// Packs the canary for CloudWatch Synthetics: a zip whose bytes follow from the script alone.
import { zipSync } from 'fflate';

/** The first moment that the format knows. It keeps local time, so this is local too: the same bytes in every time zone. */
const EPOCH = new Date(1980, 0, 1);
/** Made on Unix, to be read by everybody: what would else differ between machines. */
const ATTRIBUTES = { os: 3, attrs: 0o100644 << 16 };

/**
 * Amazon CloudWatch Synthetics API Reference, "CanaryCodeInput": the folders that the script of a Node.js canary lies in.
 * @param {Uint8Array} script the built canary
 */
export function canaryArchive(script) {
  return zipSync({ 'nodejs/node_modules/canary.js': script }, { level: 9, mtime: EPOCH, ...ATTRIBUTES });
}
