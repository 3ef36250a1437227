/**
 * Entry of the engine process.
 *
 * Speaks JSON-RPC over Node's IPC channel. It outlives no client: when the channel closes it finishes the write
 * it is in and ends. Ctrl-C in a terminal reaches the whole process group; the client decides what it means.
 */

import { existsSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { notifications } from "../protocol/engine";
import { serveEngine } from "./serveEngine";

/** The bundle keeps the native library beside itself; in other layouts the package finds its own. */
const nativeLibrary = join(__dirname, "native", "lancedb.node");
if (existsSync(nativeLibrary)) {
  process.env["NAPI_RS_NATIVE_LIBRARY_PATH"] = nativeLibrary;
}
process.env["LANCEDB_LOG"] ??= "error"; // read by the native library when it loads

/** Below the editor, above idle. */
const ENGINE_PRIORITY = 10;

function yieldToTheEditor(): void {
  try {
    setPriority(Math.max(ENGINE_PRIORITY, getPriority())); // one that was started lower stays there
  } catch (error) {
    void connection.sendNotification(notifications.log, {
      level: "info",
      message: `priority unchanged: ${String(error)}`,
    });
  }
}

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const engine = serveEngine(connection, { distDir: __dirname });

async function end(status: number): Promise<void> {
  await engine.dispose();
  process.exit(status);
}

process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => void end(0));
process.on("disconnect", () => void end(0));
engine.onShutdown(() => void end(0));

connection.listen();
yieldToTheEditor();
