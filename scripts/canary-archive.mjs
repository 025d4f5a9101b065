// Packs the canary for CloudWatch Synthetics: a zip whose bytes follow from the script alone.
import { zip } from './zip.mjs';

/**
 * Amazon CloudWatch Synthetics API Reference, "CanaryCodeInput": the folders that the script of a Node.js canary lies in.
 * @param {Uint8Array} script the built canary
 */
export function canaryArchive(script) {
  return zip({ 'nodejs/node_modules/canary.js': script });
}
