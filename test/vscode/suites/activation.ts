/** Activation: quick, and nothing native is loaded into the extension host. */

import assert from "node:assert/strict";
import { extensions } from "vscode";
import { suite } from "../inVsCode";

export const run = suite(async () => {
  const extension = extensions.getExtension("cloister.cloister");
  assert.ok(extension, "the extension is not there");
  await extension.activate();

  const native = (process.report.getReport() as { sharedObjects: string[] }).sharedObjects;
  assert.deepEqual(
    native.filter((file) => file.startsWith(extension.extensionPath)),
    [],
    "a native module of the extension was loaded in the extension host",
  );
});
