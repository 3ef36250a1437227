/** The tables of `bench/retrieval.ts`. */

import type { PublishedRepository } from "./questions";

export interface Asked {
  readonly question: string;
  readonly category: string;
  readonly targets: readonly string[];
  readonly found: readonly string[];
  readonly ndcg: number;
  readonly recall: number;
  readonly plainNdcg: number;
  readonly plainRecall: number;
  /** The whole search, and its full-text query alone with as many results; inside one warm process. */
  readonly searchMs: number;
  readonly fullTextMs: number;
}

export interface Report {
  readonly name: string;
  readonly files: number;
  readonly chunks: number;
  readonly indexMs: number;
  readonly asked: readonly Asked[];
}

const FIGURES = ["ndcg", "recall", "plainNdcg", "plainRecall"] as const;

/** Peers whose published figures stand beside ours. */
const PEERS = ["coderankembed-hybrid", "semble", "semble-bm25", "bm25"];

export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}

export function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** Means over the questions of each repository, then over repositories. */
export function means(reports: readonly Report[]): Record<(typeof FIGURES)[number], number> {
  const of = (figure: (typeof FIGURES)[number]) =>
    mean(reports.map(({ asked }) => mean(asked.map((question) => question[figure]))));
  return { ndcg: of("ndcg"), recall: of("recall"), plainNdcg: of("plainNdcg"), plainRecall: of("plainRecall") };
}

/** The score of one question as it usually is asked, and in another way, under which something is lost. */
export interface KeptScore {
  readonly repository: string;
  readonly usual: number;
  readonly other: number;
}

/** Means over the questions of each repository, then over repositories. */
export function keptLine(title: string, usually: string, scores: readonly KeptScore[]): string {
  const byRepository = [...Map.groupBy(scores, ({ repository }) => repository).values()];
  const of = (which: "usual" | "other") => mean(byRepository.map((own) => mean(own.map((score) => score[which]))));
  return (
    `${title.padEnd(20)}   NDCG@10 ${of("other").toFixed(4)}, ${usually} ${of("usual").toFixed(4)}, ` +
    `kept ${(of("other") / of("usual")).toFixed(4)} of ${scores.length} questions`
  );
}

export function repositoryRow(report: Report, published: PublishedRepository | undefined): string {
  const times = report.asked.map(({ searchMs }) => searchMs);
  return [
    scores(report.name, [report], published === undefined ? [] : [published]),
    `${String(report.files).padStart(6)} files ${String(report.chunks).padStart(7)} chunks in ${(report.indexMs / 1000).toFixed(1)} s`,
    `search p50 ${percentile(times, 0.5).toFixed(1)} ms`,
  ].join("   ");
}

export function summary(reports: readonly Report[], published: ReadonlyMap<string, PublishedRepository>): string[] {
  const known = (own: readonly Report[]) => own.flatMap(({ name }) => published.get(name) ?? []);
  const byLanguage = Map.groupBy(reports, ({ name }) => published.get(name)?.language ?? "");
  const asked = reports.flatMap((report) => report.asked);
  const search = asked.map(({ searchMs }) => searchMs);
  const fullText = asked.map(({ fullTextMs }) => fullTextMs);
  return [
    `columns of other programs: ${PEERS.join(", ")} (as published)`,
    scores(`mean of ${reports.length}`, reports, known(reports)),
    ...[...byLanguage].flatMap(([language, own]) => (language === "" ? [] : scores(language, own, known(own)))),
    ...[...Map.groupBy(asked, ({ category }) => category)].map(
      ([category, questions]) =>
        `${category.padEnd(20)} NDCG@10 ${mean(questions.map(({ ndcg }) => ndcg)).toFixed(4)} of ${questions.length} questions`,
    ),
    `search p50 ${percentile(search, 0.5).toFixed(1)} p95 ${percentile(search, 0.95).toFixed(1)} ms; ` +
      `its full-text query p50 ${percentile(fullText, 0.5).toFixed(1)} p95 ${percentile(fullText, 0.95).toFixed(1)} ms`,
  ];
}

/** The questions with the lowest scores, and what was found instead. */
export function worst(reports: readonly Report[], count: number): string[] {
  return reports
    .flatMap(({ name, asked }) => asked.map((question) => ({ ...question, name })))
    .sort((a, b) => a.ndcg - b.ndcg)
    .slice(0, count)
    .map(
      ({ name, question, targets, found, ndcg }) =>
        `${ndcg.toFixed(2)} ${name}: ${question}\n     wanted ${targets.join(" ")}\n     found  ${[...new Set(found)].slice(0, 5).join(" ")}`,
    );
}

/** How two runs differ, by repository and on the mean of those in both. */
export function comparison(before: readonly Report[], after: readonly Report[]): string[] {
  const old = new Map(before.map((report) => [report.name, report]));
  const both = after.flatMap((report) => {
    const earlier = old.get(report.name);
    return earlier === undefined ? [] : [{ name: report.name, earlier, later: report }];
  });
  const row = (name: string, earlier: readonly Report[], later: readonly Report[]) => {
    const [a, b] = [means(earlier), means(later)];
    const change = (b.ndcg - a.ndcg).toFixed(4);
    return `${name.padEnd(20)} NDCG@10 ${a.ndcg.toFixed(4)} → ${b.ndcg.toFixed(4)} (${change})   recall ${a.recall.toFixed(4)} → ${b.recall.toFixed(4)}`;
  };
  return [
    ...both.map(({ name, earlier, later }) => row(name, [earlier], [later])),
    row(
      `mean of ${both.length}`,
      both.map(({ earlier }) => earlier),
      both.map(({ later }) => later),
    ),
  ];
}

function scores(title: string, reports: readonly Report[], published: readonly PublishedRepository[]): string {
  const { ndcg, recall, plainNdcg, plainRecall } = means(reports);
  const peers = PEERS.map((peer) => mean(published.map((repository) => repository.published[peer] ?? 0)).toFixed(3));
  return [
    `${title.padEnd(20)} NDCG@10 ${ndcg.toFixed(4)} recall ${recall.toFixed(4)}`,
    `plain ${plainNdcg.toFixed(4)} ${plainRecall.toFixed(4)}`,
    ...(published.length === 0 ? [] : [peers.join(" ")]),
  ].join("   ");
}
