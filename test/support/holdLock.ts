/** Program of writerLock.test.ts: tries for the lock of the folder it is given, says whether it got it, and stays. */

import { tryAcquireWriterLock } from "../../src/adapters/writerLock";

const lock = tryAcquireWriterLock(process.argv[2] ?? "");
console.log(lock === undefined ? "busy" : "held");
setInterval(() => undefined, 60_000);
