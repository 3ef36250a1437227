// A process that speaks the engine's protocol and can be told to misbehave.
const { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } = require("vscode-jsonrpc/node");

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
connection.onRequest("initialize", () => ({
  protocolVersion: Number(process.env.FAKE_PROTOCOL_VERSION ?? 1),
  engineVersion: "0.0.0",
  pid: process.pid,
}));
connection.onRequest("models", () => ({ url: "http://127.0.0.1:1", models: [], problem: undefined }));
connection.onRequest("status", () => {
  throw new ResponseError(-32603, "index-missing", { code: "index-missing", folder: "/a" });
});
connection.onRequest("index", (_, token) => {
  void connection.sendNotification("log", { level: "info", message: "index started" });
  token.onCancellationRequested(() =>
    connection.sendNotification("log", { level: "info", message: "index cancelled" }),
  );
  return new Promise(() => undefined);
});
connection.onRequest("update", () => {
  throw new ResponseError(-32800, "cancelled");
});
connection.onRequest("embed", () => {
  void connection.sendNotification("outgrown", { bytes: 2_000_000_000 });
  return new Promise((resolve) => setTimeout(() => resolve(null), 500));
});
connection.onRequest("pause", () => process.kill(process.pid, "SIGKILL"));
connection.onRequest("shutdown", () => {
  if (process.env.FAKE_HANGS_AT_SHUTDOWN === undefined) {
    setImmediate(() => process.exit(0));
  }
  return null;
});
process.on("SIGTERM", () => undefined);
connection.listen();
