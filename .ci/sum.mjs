// Sums the reports of vitest into one line. A step that failed without a failed test counts as one failure.
// Usage: node sum.mjs STATUS REPORT…

import { readFileSync } from "node:fs";

const [status, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const report of reports) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  failed += numFailedTests;
}
if (failed === 0 && (status !== "0" || passed === 0)) {
  failed = 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
