/**
 * Adds up gates and jest's JSON report. A gate counts as one. What hides a failure counts as one too: a missing
 * report, a run without tests, a suite that could not be loaded, a skipped test, a non-zero end with nothing failed.
 *
 * @param {boolean[]} gates whether each gate passed
 * @param {{ numTotalTests: number, numPassedTests: number, numFailedTests: number, numPendingTests: number,
 *   numTodoTests: number, numRuntimeErrorTestSuites: number } | undefined} report jest's report, if it wrote one
 * @param {boolean} jestPassed whether jest ended with 0
 * @returns {{ passed: number, failed: number, notes: string[] }}
 */
export function count(gates, report, jestPassed) {
  const notes = [];
  let passed = gates.filter(Boolean).length;
  let failed = gates.length - passed;
  if (!report || report.numTotalTests === 0) {
    notes.push('jest ran no test: that counts as one failure');
    return { passed, failed: failed + 1, notes };
  }
  const skipped = report.numPendingTests + report.numTodoTests;
  if (skipped > 0) notes.push(`${skipped} tests were skipped: each counts as a failure`);
  if (report.numRuntimeErrorTestSuites > 0) {
    notes.push(`${report.numRuntimeErrorTestSuites} test files could not be run: each counts as a failure`);
  }
  passed += report.numPassedTests;
  const jestFailed = report.numFailedTests + skipped + report.numRuntimeErrorTestSuites;
  if (jestFailed === 0 && !jestPassed) notes.push('jest ended with an error outside any test: one failure');
  failed += jestFailed === 0 && !jestPassed ? 1 : jestFailed;
  return { passed, failed, notes };
}

/** @param {{ passed: number, failed: number }} totals */
export function line({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
