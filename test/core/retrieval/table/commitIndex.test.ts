import { expect, test } from "vitest";
import { BM25 } from "../../../../src/core/retrieval/ranking/weights";
import { CommitIndex } from "../../../../src/core/retrieval/table/commitIndex";

const commits = new CommitIndex([
  { subject: "Throttle the requests of one client", paths: ["limit.ts", "server.ts"] },
  { subject: "Close idle connections", paths: ["pool.ts"] },
  { subject: "Throttling: log what is refused", paths: ["limit.ts"] },
  { subject: "Read the settings once", paths: ["server.ts"] },
]);

const order = (...terms: readonly string[]) =>
  [...commits.score(terms, BM25.commits)].sort(([, a], [, b]) => b - a).map(([path]) => path);

test("a file is found by what the commits that changed it say", () => {
  expect(order("throttl")).toEqual(["limit.ts", "server.ts"]);
  expect(order("idl", "connect")).toEqual(["pool.ts"]);
  expect(order("unheard")).toEqual([]);
  expect(order()).toEqual([]);
});

test("a commit that changed one file says more of it than one that changed several", () => {
  const [alone, shared] = [
    new CommitIndex([
      { subject: "fix", paths: ["a"] },
      { subject: "other", paths: ["b", "c", "d"] },
    ]),
    new CommitIndex([
      { subject: "fix", paths: ["a", "b", "c", "d"] },
      { subject: "other", paths: ["e"] },
    ]),
  ].map((index) => index.score(["fix"], { k1: 1.2, b: 0 }).get("a") ?? 0);
  expect(alone).toBeGreaterThan(shared ?? 0);
});

test("a term that stands twice in a question counts once, and one of a thousand commits more than one of all", () => {
  expect(commits.score(["idl", "idl"], BM25.commits)).toEqual(commits.score(["idl"], BM25.commits));
  const many = Array.from({ length: 1_000 }, (_, at) => ({ subject: "fix", paths: [`${at}.ts`] }));
  const index = new CommitIndex([...many, { subject: "rare", paths: ["rare.ts"] }]);
  const scores = index.score(["fix", "rare"], BM25.commits);
  expect(scores.get("rare.ts")).toBeGreaterThan((scores.get("5.ts") ?? 0) * 100);
});

test("no commits, and 10,000 terms", () => {
  expect(new CommitIndex([]).score(["a"], BM25.commits).size).toBe(0);
  const terms = Array.from({ length: 10_000 }, (_, at) => `term${at}`);
  expect(commits.score(terms, BM25.commits).size).toBe(0);
});
