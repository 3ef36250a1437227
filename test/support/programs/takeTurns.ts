/**
 * Takes the writer's lock of a folder again and again, until it is killed, and writes down each time that it has it and
 * that it is about to let go.
 *
 * Arguments: folder, log.
 */

import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { tryAcquireWriterLock } from "../../../src/adapters/store/writerLock";

async function main([dir = "", log = ""]: readonly string[]): Promise<void> {
  console.log("ready");
  for (;;) {
    const lock = tryAcquireWriterLock(dir);
    if (lock !== undefined) {
      appendFileSync(log, `${process.pid} has ${Date.now()}\n`);
      await delay(Math.random() * 4);
      appendFileSync(log, `${process.pid} lets ${Date.now()}\n`);
      lock.release();
    }
    await delay(1 + Math.random() * 4);
  }
}

void main(process.argv.slice(2)); // until it is killed
