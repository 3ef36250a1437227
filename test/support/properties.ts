/**
 * Properties are tested with the same samples each time, since a change is not to blame for what a new sample finds.
 * `CLOISTER_TEST_SEED=$RANDOM CLOISTER_TEST_SAMPLES=5000 npx vitest run --project unit` looks at others.
 */

import { configureGlobal } from "fast-check";

configureGlobal({
  seed: Number(process.env["CLOISTER_TEST_SEED"] ?? 20_261_126),
  numRuns: Number(process.env["CLOISTER_TEST_SAMPLES"] ?? 100),
});
