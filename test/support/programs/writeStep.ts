/**
 * One step of a writer, to be stopped or failed at any system call: says that it is ready, waits for a line, takes the
 * step, searches, and prints how both went.
 *
 * Arguments: step, folder, index root.
 */

import { once } from "node:events";
import { loadLance } from "../../../src/adapters/store/lanceModule";
import { toErrorDetail } from "../../../src/domain/errors";
import { AFTER, type Step, stepIndex } from "../../faults/support/writeSteps";

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => {
      const detail = toErrorDetail(error);
      return detail.code === "internal" ? `internal: ${detail.message.slice(0, 200)}` : detail.code;
    },
  );

async function main(step: Step, folder: string, indexRoot: string): Promise<void> {
  const index = stepIndex(folder, indexRoot, AFTER[step]);
  await loadLance(); // what loading it asks of the system is not what this is about
  console.log("ready");
  await once(process.stdin, "data");
  const write = await outcome(step === "tidy" ? index.tidy() : index.refresh());
  const search = await outcome(index.search());
  console.log(JSON.stringify({ write, search }));
  process.exit();
}

void main(process.argv[2] as Step, process.argv[3] ?? "", process.argv[4] ?? "");
