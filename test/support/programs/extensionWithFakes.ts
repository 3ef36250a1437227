/** The extension with a fake VS Code around it, and what the fake knows of it. */

export { activate, deactivate } from "../../../src/extension/extension";
export { living, opened } from "../fakeVscode";
