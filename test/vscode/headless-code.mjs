#!/usr/bin/env node
// Takes the arguments of the desktop `code` program and runs them in a VS Code without a display.
import { tsImport } from "tsx/esm/api";

const { headlessCode } = await tsImport("./headlessCode.ts", import.meta.url);
process.exitCode = await headlessCode(process.argv.slice(2));
