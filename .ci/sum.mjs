// Names the tests that failed, and sums the reports of vitest into one last line. A step that failed without a failed
// test counts as one failure.
// Usage: node sum.mjs STATUS REPORT…

import { readFileSync } from "node:fs";

const [status, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const report of reports) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  failed += numFailedTests;
  testResults.forEach(printFailures);
}
if (failed === 0 && (status !== "0" || passed === 0)) {
  failed = 1;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function printFailures({ name, message, assertionResults }) {
  const failures = assertionResults.filter(({ status }) => status === "failed");
  if (failures.length === 0 && message) {
    console.log(`\nFAILED ${name}\n${message}`);
  }
  for (const { fullName, failureMessages } of failures) {
    console.log(`\nFAILED ${name}: ${fullName}\n${failureMessages.join("\n")}`);
  }
}
