/**
 * Takes out of a doctor's report what its sender would not want to show: every path but those within the folder and the
 * index, the names of the user and the machine, and where Ollama runs, but for how far away that is.
 *
 * Values are looked at one by one, before they become JSON or text, so that nothing in them is escaped.
 */

import { realpathSync } from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { basename, dirname } from "node:path";
import { createRedactor, type Redactor } from "../core/privacy/redactText";
import { bareHost, distanceOf, parseServerUrl } from "../core/privacy/serverAddress";
import type { DoctorReport, Trouble } from "../domain/doctorReport";

/** What a machine tells of its owner. */
export interface PrivateMachine {
  readonly home: string;
  readonly temporaryFolder: string;
  /** Empty where it has none. */
  readonly userName: string;
  readonly hostName: string;
}

interface Secrets extends PrivateMachine {
  readonly realFolder: string;
  readonly ollamaUrl: string | undefined;
}

export function privateMachine(): PrivateMachine {
  return { home: homedir(), temporaryFolder: tmpdir(), userName: userName(), hostName: hostname() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // the system knows no user of this number
  }
}

export function redactReport(report: DoctorReport, secrets: Secrets): DoctorReport {
  const { folder, indexDir } = report.index;
  const { home, temporaryFolder, realFolder } = secrets;
  const redactor = createRedactor({
    shown: [
      ...[folder, realFolder].map((path) => [path, "<folder>"] as const),
      ...withRealPath(indexDir).map((path) => [path, "<index>"] as const),
    ],
    hidden: [dirname(indexDir), home, temporaryFolder].flatMap(withRealPath),
    words: [...wordsOf(secrets), [basename(indexDir), "<index>"]],
  });
  const { versions, hardware } = report; // say nothing about a person
  const redacted = redactValue({ ...report, troubles: [] }, redactor) as DoctorReport;
  return {
    ...redacted,
    versions,
    hardware,
    troubles: report.troubles.map((trouble) => redactTrouble(trouble, redactor)),
  };
}

function withRealPath(path: string): string[] {
  try {
    return [...new Set([path, realpathSync.native(path)])];
  } catch {
    return [path]; // there is none, or not for this user
  }
}

/** Names that everybody's machine has tell nothing, and a single letter is no name that can be found again. */
const TELLS_NOTHING = /^(root|localhost|.?)$/i;

function wordsOf({ userName, hostName, ollamaUrl = "" }: Secrets): (readonly [string, string])[] {
  const url = parseServerUrl(ollamaUrl);
  const distance = distanceOf(ollamaUrl);
  const words: (readonly [string, string])[] = [
    [userName, "<user>"],
    [hostName, "<host>"],
    [hostName.split(".", 1)[0] ?? "", "<host>"],
    [url === undefined || distance === "this machine" ? "" : bareHost(url), `<${distance}>`],
  ];
  return words.filter(([word]) => !TELLS_NOTHING.test(word));
}

/** Their values are words of our own. */
const FIXED_KEYS = new Set(["code", "kind", "verdict", "health"]);

/** @param key under which the value stands; of an array, the array's. */
function redactValue(value: unknown, redactor: Redactor, key = ""): unknown {
  if (typeof value === "string") {
    return redactString(value, redactor, key);
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactValue(item, redactor, key));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactValue(inner, redactor, name)]))
    : value;
}

function redactString(text: string, redactor: Redactor, key: string): string {
  if (FIXED_KEYS.has(key)) {
    return text;
  }
  if (key === "url") {
    return `<${distanceOf(text)}>`;
  }
  return key === "paths" ? redactor.words(text) : redactor.text(text); // `paths` are relative to the folder
}

/** A trouble is JSON, of which a long one has lost its end: with it goes the text that was cut, since it may be a name. */
function redactTrouble({ at, what }: Trouble, redactor: Redactor): Trouble {
  try {
    return { at, what: JSON.stringify(redactValue(JSON.parse(what), redactor)) };
  } catch {
    return { at, what: `${redactor.text(what.replace(/[^"]*$/, ""))}…` };
  }
}
