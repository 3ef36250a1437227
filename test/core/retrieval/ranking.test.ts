/** Holds the ranking by a golden file, so that a change of weights or features shows what it does to an order. */

import { expect, test } from "vitest";
import { createSearcher } from "../../../src/core/retrieval/searcher";
import { codeFiles } from "../../support/codeFiles";
import { memoryIndex } from "../../support/memoryIndex";

const FILES = {
  "src/cache/index.py":
    "class Cache # keeps results until they expire\n\n  def get\n\n  def evict # drops the oldest entry",
  "src/cache/lru.py": "class LruCache # least recently used\n\n  def get\n\n  def put",
  "src/http/server.py":
    "class Server # listens on a port\n\n  def handle # reads a request, writes a response\n\n  def close",
  "src/http/router.py": "class Router\n\n  def match # finds the handler of a path\n\n  def add_route",
  "src/http/middleware.py": "def log_requests\n\ndef check_token # authentication of each request",
  "src/auth/token.py": "def create_token # signs the user's id\n\ndef verify_token # fails when the token has expired",
  "src/auth/password.py": "def hash_password\n\ndef verify_password",
  "src/errors.py": "class NotFound\n\nclass TokenExpired # raised by verify_token",
  "tests/test_token.py": "def test_verify_token # a token that has expired fails\n\ndef test_create_token",
  "tests/test_router.py": "def test_match # finds the handler of a path",
  "docs/guide.md": "# Routing\nA router finds the handler of a path.\n\n# Tokens\nA token expires after an hour.",
  "examples/server.py": "def main # starts a Server with a Router",
  "vendor/lru/cache.py": "class LruCache # least recently used cache",
  "CHANGELOG.md": "The router matches paths faster. Tokens expire. The cache evicts.",
};

const QUESTIONS = [
  "how does the router find the handler of a path",
  "what happens when a token has expired",
  "where is the cache emptied",
  "LruCache",
  "verify_token",
  "TokenExpired",
  "Router.match",
  "server",
  "which tests cover token verification",
  "src/auth/password.py",
  "¿cómo se cierra el server?",
  "guide",
];

test("ranks the questions as the golden file says", async () => {
  const searcher = createSearcher(memoryIndex(...codeFiles(FILES)));
  const lines: string[] = [];
  for (const question of QUESTIONS) {
    lines.push(question);
    for (const { path, startLine, symbol, score } of await searcher.search(question, 5)) {
      lines.push(`  ${score.toFixed(3)}  ${path}:${startLine}  ${symbol ?? ""}`.trimEnd());
    }
    lines.push("");
  }
  await expect(lines.join("\n")).toMatchFileSnapshot("ranking.golden.txt");
});
