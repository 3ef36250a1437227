/**
 * Program of writerLock.test.ts: tries for the lock of the folder it is given, says whether it got it, and stays. It
 * keeps no reference to the lock, and collects garbage: a lock is held until it is released.
 */

import { tryAcquireWriterLock } from "../../../src/adapters/store/writerLock";

const hasLock = tryAcquireWriterLock(process.argv[2] ?? "") !== undefined;
globalThis.gc?.();
setImmediate(() => console.log(hasLock ? "held" : "busy"));
setInterval(() => undefined, 60_000);
