/** What the manifest promises, held against the code and against what no repository may change. */

import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import manifest from "../../package.json";

const { contributes, capabilities } = manifest;
const settings: Record<string, { scope: string; type: string; default: unknown; minimum?: number; maximum?: number }> =
  contributes.configuration.properties;
const commands = contributes.commands.map(({ command }) => command);

test.each(["cloister.ollama.url", "cloister.ollama.allowRemote", "cloister.index.location"])(
  "%s says where data goes, so no repository can set it",
  (key) => {
    expect(settings[key]?.scope).toBe("machine");
  },
);

test("no setting of a folder that is not trusted counts", () => {
  expect([...capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(Object.keys(settings).sort());
});

test.each(Object.entries(settings))("%s has a default of its own type, within its limits", (_, setting) => {
  const type = Array.isArray(setting.default) ? "array" : typeof setting.default;
  expect(setting.type === "integer" ? "number" : setting.type).toBe(type);
  if (typeof setting.default === "number") {
    expect(setting.default).toBeGreaterThanOrEqual(setting.minimum ?? setting.default);
    expect(setting.default).toBeLessThanOrEqual(setting.maximum ?? setting.default);
  }
});

test("every command is registered, and every registered command is declared", () => {
  const source = readFileSync("src/extension/commands.ts", "utf8");
  const registered = [...source.matchAll(/^ {4}"(cloister\.\w+)":/gm)].map(([, id]) => id ?? "");
  expect(registered.sort()).toEqual([...commands].sort());
});

test("menus and keys name commands that exist", () => {
  const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
  expect(used.filter((command) => !commands.includes(command))).toEqual([]);
});

test("what an action of the panel starts is one of our commands or one of the editor's", () => {
  const source = readFileSync("src/extension/actions.ts", "utf8");
  const started = [...source.matchAll(/: "(cloister\.\w+)",$/gm)].map(([, id]) => id ?? "");
  expect(started.length).toBeGreaterThan(9);
  expect(started.filter((command) => !commands.includes(command))).toEqual([]);
});

test("keys count only where they make sense, and the title holds few icons", () => {
  expect(contributes.keybindings.every(({ when }) => when.length > 0)).toBe(true);
  const icons = contributes.menus["view/title"].filter(({ group }) => group.startsWith("navigation"));
  expect(icons.length).toBeLessThanOrEqual(3);
  const iconOf = (id: string) => contributes.commands.find(({ command }) => command === id);
  expect(icons.every(({ command }) => "icon" in (iconOf(command) ?? {}))).toBe(true);
});

test("the icons are there", () => {
  const [container] = contributes.viewsContainers.secondarySidebar;
  const [view] = contributes.views.cloister;
  expect([manifest.icon, container?.icon, view?.icon].map((file) => existsSync(file ?? ""))).toEqual([
    true,
    true,
    true,
  ]);
});
