import { expect, test } from "vitest";
import { readmeTitle } from "../../../src/extension/chat/readmeTitle";

test.each([
  { readme: "# Cobra\ntext", title: "Cobra" },
  { readme: "<p></p>\n\n#   `axios` ![logo](x.png)\n", title: "axios logo" },
  { readme: "# [axum](https://x.test)", title: "axum" },
  { readme: "no heading", title: undefined },
  { readme: `# ${"long ".repeat(20)}`, title: undefined },
])("$readme is called $title", ({ readme, title }) => {
  expect(readmeTitle(readme)).toBe(title);
});
