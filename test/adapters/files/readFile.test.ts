import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { hasLinkOnTheWay, readFileSafely } from "../../../src/adapters/files/readFile";
import { temporaryFolder } from "../../support/temporaryFolder";

const LIMIT = 1024;
const outcome = (root: string, path: string) => {
  const read = readFileSafely(root, path, LIMIT);
  return read.state === "skipped" ? read.reason : read.state;
};

test("reads the bytes, with the size and time they had", () => {
  const root = temporaryFolder({ "a/b.txt": "hello\r\n" });
  utimesSync(join(root, "a/b.txt"), 1_700_000_000, 1_700_000_000.5);
  const read = readFileSafely(root, "a/b.txt", LIMIT);
  expect(read).toMatchObject({ state: "read", sizeBytes: 7, mtimeMs: 1_700_000_000_500 });
  expect(read.state === "read" && Buffer.from(read.bytes).toString()).toBe("hello\r\n");
});

test.each(["", "x", "x".repeat(LIMIT)])("reads a file of any size up to the limit", (content) => {
  const read = readFileSafely(temporaryFolder({ file: content }), "file", LIMIT);
  expect(read.state === "read" && Buffer.from(read.bytes).toString()).toBe(content);
});

test.each(["with space", "with\nnewline", `qu"ote's`, "x' OR '1'='1", "🦊", "-rf", "%2e%2e", "größe", "a\\b"])(
  "a file named %j",
  (name) => {
    expect(outcome(temporaryFolder({ [name]: "text" }), name)).toBe("read");
  },
);

describe("links are not followed", () => {
  test("cases", () => {
    const outside = temporaryFolder({ secret: "outside" });
    const root = temporaryFolder({ "real/file": "inside", "other/x": "" });
    const link = (target: string, path: string) => symlinkSync(target, join(root, path));
    link("/etc/passwd", "passwd");
    link(join(outside, "secret"), "absolute");
    link(`../${outside.split("/").at(-1)}/secret`, "relative");
    link(outside, "folder");
    link("real/file", "inside");
    link("real", "alias");
    link("nowhere", "dangling");
    link("loop", "loop");
    const reasons = [
      "passwd",
      "absolute",
      "relative",
      "folder",
      "folder/secret",
      "inside",
      "alias/file",
      "dangling",
      "loop",
    ].map((path) => [path, outcome(root, path)]);
    expect(Object.fromEntries(reasons)).toEqual({
      passwd: "outside-link",
      absolute: "outside-link",
      relative: "outside-link",
      folder: "outside-link",
      "folder/secret": "outside-link",
      inside: "not-a-file",
      "alias/file": "not-a-file",
      dangling: "not-a-file",
      loop: "not-a-file",
    });
  });

  test.skipIf(process.platform !== "linux")("into a folder whose name differs by case alone is one out of it", () => {
    const around = temporaryFolder({ "app/real/x": "inside", "APP/real/x": "outside" });
    const root = join(around, "app");
    symlinkSync("../APP/real", join(root, "dir"));
    expect(outcome(root, "real/x")).toBe("read");
    expect(outcome(root, "dir/x")).toBe("outside-link");
    rmSync(join(root, "real"), { recursive: true });
    symlinkSync("../APP/real", join(root, "real"));
    expect(outcome(root, "real/x")).toBe("outside-link");
    expect(hasLinkOnTheWay(root, "real/x")).toBe(true);
  });

  test("but the folder itself may be reached through one", () => {
    const root = temporaryFolder({ "real/file": "text" });
    symlinkSync("real", join(root, "alias"));
    expect(outcome(join(root, "alias"), "file")).toBe("read");
  });

  test.each(["../secret", "a/../../secret", "/etc/passwd"])("%s cannot be named", (path) => {
    const root = join(temporaryFolder({ secret: "outside", "root/a/x": "" }), "root");
    expect(outcome(root, path)).not.toBe("read");
  });
});

test("a folder that is swapped for a link while it is read gives nothing from outside", async () => {
  const outside = temporaryFolder({ file: "outside" });
  const root = temporaryFolder({ "folder/file": "inside" });
  symlinkSync(outside, join(root, "link"));
  const swapper = new Worker(
    `const { renameSync } = require("node:fs");
     const root = ${JSON.stringify(root)};
     for (;;) {
       renameSync(root + "/folder", root + "/aside"); renameSync(root + "/link", root + "/folder");
       renameSync(root + "/folder", root + "/link"); renameSync(root + "/aside", root + "/folder");
     }`,
    { eval: true },
  );
  await new Promise((resolve) => swapper.once("online", resolve));
  const seen = new Map<string, number>();
  for (let round = 0; round < 3_000; round += 1) {
    const read = readFileSafely(root, "folder/file", LIMIT);
    const what = read.state === "read" ? Buffer.from(read.bytes).toString() : read.state;
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  await swapper.terminate();
  expect(seen.get("outside")).toBeUndefined();
  expect(seen.get("inside")).toBeGreaterThan(0);
});

describe("what is no file", () => {
  test("a directory", () => {
    expect(outcome(temporaryFolder({ "a/b": "" }), "a")).toBe("not-a-file");
  });

  test.skipIf(process.platform === "win32")("a FIFO, without waiting for a writer", () => {
    const root = temporaryFolder();
    execFileSync("mkfifo", [join(root, "fifo")]);
    expect(outcome(root, "fifo")).toBe("not-a-file");
  });

  test.skipIf(process.platform === "win32")("a socket", async () => {
    const root = temporaryFolder();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, "socket"), resolve));
    expect(outcome(root, "socket")).toBe("not-a-file");
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf(process.platform === "win32")("a device", () => {
    expect(outcome("/dev", "null")).toBe("not-a-file");
  });
});

test("a file over the limit is not read, however large it says it is", () => {
  const root = temporaryFolder({ large: "x".repeat(LIMIT + 1), sparse: "" });
  truncateSync(join(root, "sparse"), 2 ** 40);
  expect(readFileSafely(root, "large", LIMIT)).toMatchObject({
    state: "skipped",
    reason: "too-large",
    sizeBytes: LIMIT + 1,
  });
  expect(outcome(root, "sparse")).toBe("too-large");
});

test.skipIf(process.platform !== "linux")("a file that says it is empty and is not", () => {
  const read = readFileSafely("/proc", "self/status", 100_000);
  expect(statSync("/proc/self/status").size).toBe(0);
  // `/proc/self` is a link, and so is refused; its target is a plain folder.
  expect(read).toMatchObject({ state: "skipped", reason: "not-a-file" });
  const direct = readFileSafely("/proc", `${process.pid}/status`, 100_000);
  expect(direct.state === "read" && Buffer.from(direct.bytes).toString()).toContain("Name:");
  expect(outcome("/proc", `${process.pid}/maps`)).toBe("too-large");
});

test.each(["nothing", "file/below", "a\0b", ""])("%j has vanished or is no file", (path) => {
  expect(["vanished", "not-a-file"]).toContain(outcome(temporaryFolder({ file: "" }), path));
});

test("a folder that has vanished", () => {
  const root = temporaryFolder({ "a/file": "" });
  renameSync(join(root, "a"), join(root, "b"));
  expect(outcome(join(root, "a"), "file")).toBe("vanished");
});

// Root may read everything; test/adapters/unreadable.test.ts does the same as another user.
test.skipIf(process.getuid?.() === 0)("a file without permission is unreadable", () => {
  const root = temporaryFolder({ file: "text" });
  chmodSync(join(root, "file"), 0);
  expect(outcome(root, "file")).toBe("unreadable");
});

test("hasLinkOnTheWay", () => {
  const root = temporaryFolder({ "real/file": "" });
  symlinkSync("real", join(root, "alias"));
  symlinkSync("real/file", join(root, "link"));
  mkdirSync(join(root, "real/deep"));
  const linked = ["real/file", "link", "alias/file", "gone/file", "real/deep/file"].filter((path) =>
    hasLinkOnTheWay(root, path),
  );
  expect(linked).toEqual(["alias/file", "gone/file"]);
});
