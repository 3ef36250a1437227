import { expect, test } from "vitest";
import { ollamaHost } from "../../src/extension/ollamaHost";

test.each([
  { url: "http://127.0.0.1:11434", allowed: true, host: undefined },
  { url: "localhost:11434", allowed: true, host: undefined },
  { url: "http://[::1]:11434", allowed: true, host: undefined },
  { url: "http://127.1:11434", allowed: true, host: undefined },
  { url: "http://0x7f.1", allowed: true, host: undefined },
  { url: "http://localhost.evil.test", allowed: true, host: "localhost.evil.test" },
  { url: "http://gpu.example:11434", allowed: true, host: "gpu.example:11434" },
  { url: "gpu.example:11434", allowed: true, host: "gpu.example:11434" },
  { url: "http://192.168.1.9:11434", allowed: true, host: "192.168.1.9:11434" },
  { url: "http://gpu.example:11434", allowed: false, host: undefined },
  { url: "::", allowed: true, host: undefined },
])("$url, other machines allowed: $allowed, sends questions to $host", ({ url, allowed, host }) => {
  expect(ollamaHost({ ollamaUrl: url, allowRemoteOllama: allowed })).toBe(host);
});
