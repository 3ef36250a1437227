import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineErrorDetail } from "../../../src/domain/errors";
import { RetryWhenCured } from "../../../src/engine/folder/retryWhenCured";
import { temporaryFolder } from "../../support/temporaryFolder";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const TEN_SECONDS = 10_000;
const TEN_MINUTES = 600_000;

function start() {
  const scratch = temporaryFolder();
  const location = { folder: join(scratch, "folder"), indexDir: join(scratch, "index") };
  mkdirSync(location.folder);
  const retry = vi.fn();
  return { ...location, retry, retrying: new RetryWhenCured(location, retry) };
}

const folderNotFound = (folder: string): EngineErrorDetail => ({ code: "folder-not-found", folder });
const unwritable = (indexDir: string): EngineErrorDetail => ({ code: "index-unwritable", indexDir, cause: "" });

test("tries again within ten seconds of a folder's coming back, and not before", () => {
  const { folder, retry, retrying } = start();
  renameSync(folder, `${folder}-elsewhere`);
  retrying.failed(folderNotFound(folder));
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(retry).not.toHaveBeenCalled();
  renameSync(`${folder}-elsewhere`, folder);
  vi.advanceTimersByTime(TEN_SECONDS);
  expect(retry).toHaveBeenCalledTimes(1);
});

test("tries again within ten seconds of the index's place being one to write in", () => {
  const { indexDir, retry, retrying } = start();
  writeFileSync(indexDir, "a file is in the way");
  retrying.failed(unwritable(indexDir));
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(retry).not.toHaveBeenCalled();
  rmSync(indexDir);
  vi.advanceTimersByTime(TEN_SECONDS);
  expect(retry).toHaveBeenCalledTimes(1);
});

test("a run that fails although all looks well is tried less and less often", () => {
  const { indexDir, retry, retrying } = start();
  retry.mockImplementation(() => retrying.failed(unwritable(indexDir)));
  retrying.failed(unwritable(indexDir));
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(retry.mock.calls.length).toBeLessThan(15);
  retrying.succeeded();
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(retry.mock.calls.length).toBeLessThan(15);
});

test("stays quiet when it is stopped, and about what does not go away by itself", () => {
  const { folder, indexDir, retry, retrying } = start();
  retrying.failed(folderNotFound(folder));
  retrying.stop();
  retrying.failed({ code: "index-too-new", indexDir, found: 9, supported: 1 });
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(retry).not.toHaveBeenCalled();
});
