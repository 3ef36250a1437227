import { expect, test } from "vitest";
import { webAddress } from "../../../src/extension/chat/webAddress";

test.each([
  { link: "https://example.com/a?b=c#d", address: "https://example.com/a?b=c#d" },
  { link: "http://example.com", address: "http://example.com/" },
  { link: "HTTPS://EXAMPLE.com", address: "https://example.com/" },
  { link: "command:workbench.action.quit", address: undefined },
  { link: "file:///etc/passwd", address: undefined },
  { link: "vscode://x.y/z", address: undefined },
  { link: "javascript:alert(1)", address: undefined },
  { link: "java\nscript:alert(1)", address: undefined },
  { link: "data:text/html,x", address: undefined },
  { link: "https://user@example.com", address: undefined },
  { link: "https://example.com:pass@evil.test", address: undefined },
  { link: "//example.com", address: undefined },
  { link: "", address: undefined },
])("$link is $address", ({ link, address }) => {
  expect(webAddress(link)).toBe(address);
});
