import { expect, test } from "vitest";
import { type ChatPage, chatPageHtml } from "../../../src/extension/chat/chatPage";

const page: ChatPage = {
  cspSource: "https://*.vscode-cdn.net",
  scriptUri: "https://file.vscode-cdn.net/chat.js",
  styleUri: "https://file.vscode-cdn.net/chat.css",
  nonce: "n0nce",
  language: "es",
  strings: { "composer.send": "Enviar" },
};

const html = (more: Partial<ChatPage> = {}) => chatPageHtml({ ...page, ...more });

test("allows its own style, its own script and nothing that reaches outside", () => {
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html()) ?? [];
  expect(policy?.replaceAll("&#39;", "'").split("; ")).toEqual([
    "default-src 'none'",
    "img-src https://*.vscode-cdn.net data:",
    "style-src https://*.vscode-cdn.net",
    "font-src https://*.vscode-cdn.net",
    "script-src 'nonce-n0nce'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
  ]);
});

test("runs one script, by nonce, and holds the strings as data", () => {
  expect(html().match(/<script[^>]*>/g)).toEqual([
    '<script type="application/json" id="strings">',
    '<script nonce="n0nce" src="https://file.vscode-cdn.net/chat.js">',
  ]);
  expect(html()).toContain('<html lang="es">');
  expect(html()).toContain('<div id="root">');
});

test("a translation cannot end the element it stands in", () => {
  const strings = { a: "</script><script>alert(1)</script><!--" };
  const text = /id="strings">(.*)<\/script>/.exec(html({ strings }))?.[1];
  expect(text).not.toContain("<");
  expect(JSON.parse(text ?? "")).toEqual(strings);
});

test("a name with quotes stays inside its attribute", () => {
  expect(html({ language: '"><script>' })).toContain('<html lang="&#34;&#62;&#60;script&#62;">');
});
