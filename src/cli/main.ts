/**
 * The `cloister` command line: a thin client of the engine, for scripts, benchmarks and people without VS Code.
 *
 * Exit status: 0 done; 1 the job failed, with one line on stderr; 2 wrong usage; 130 interrupted.
 */

import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { version } from "../../package.json";
import { errorLine } from "../client/describeError";
import { isAbort, toErrorDetail } from "../domain/errors";
import { NO_MODEL } from "../protocol/defaultSettings";
import * as commands from "./commands";
import { printable } from "./print";
import { type CommonOptions, type Session, withSession } from "./session";

const ENGINE_SCRIPT = join(__dirname, "engine.js");
/** The first with `node:sqlite`, and the oldest that LanceDB loads in. */
const OLDEST_NODE = 22;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

const atLeast =
  (minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`It has to be a whole number from ${minimum}.`);
    }
    return value;
  };

/** A relative one is made absolute, which would make a strange path of an address. */
const indexFolder = (text: string): string => {
  if (text.trim() === "" || /^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
    throw new InvalidArgumentError("It has to be a folder on this machine.");
  }
  return text;
};

const collect = (pattern: string, patterns: readonly string[] = []): string[] => [...patterns, pattern];

/** A filter of a question that begins as an option does: `-path:test`. */
const EXCLUDING_FILTER = /^ ?(?=-(?:lang|language|path|file|symbol):)/i;

/** Commander takes a word that begins with a space for no option. */
const markFilters = (argv: readonly string[]): string[] => argv.map((word) => word.replace(EXCLUDING_FILTER, " "));

const questionOf = (words: readonly string[]): string =>
  words.map((word) => word.replace(EXCLUDING_FILTER, "")).join(" ");

function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON document on stdout, and nothing else")
    .option("--index-dir <dir>", "folder that holds the indexes (default: your data folder)", indexFolder)
    .option("--verbose", "print the engine's log and every request to Ollama on stderr");
}

function addFolderOptions(command: Command): Command {
  return command
    .option("--exclude <pattern>", "leave out files, in the language of .gitignore (repeatable)", collect)
    .option("--max-file-kib <n>", "leave out larger files", atLeast(1));
}

function addServerOptions(command: Command): Command {
  return command
    .option("--ollama-url <url>", "address of Ollama")
    .option("--allow-remote-ollama", "allow an Ollama that is not on this machine");
}

function addOllamaOptions(command: Command): Command {
  return addServerOptions(command)
    .option(
      "--embedding-model <name>",
      `model that searches by meaning, ${NO_MODEL} for words alone (default: the best installed one)`,
    )
    .option("--no-ollama", "use no model at all");
}

function addModelOptions(command: Command): Command {
  return addOllamaOptions(command)
    .option("--model <name>", "model that answers (default: the best installed one)")
    .option("--context-window <tokens>", "largest context to ask for", atLeast(2048));
}

/** A command's last argument is the commander command that holds its options. */
const run =
  (action: (session: Session, ...args: never[]) => Promise<void>) =>
  async (...args: unknown[]): Promise<void> => {
    const command = args.pop() as Command;
    args.pop();
    const options = command.opts<CommonOptions>();
    await withSession(ENGINE_SCRIPT, options, (session) => action(session, ...([...args, options] as never[])));
  };

/** What commander says of wrong usage, in one line that also says what to do. */
function usageLine(text: string): string {
  const what = printable(text.trim().replace(/^error: /, "")).replace(/\s*\n\s*/g, " ");
  return `cloister: ${what.replace(/[^.)?]$/, "$&.")} \`--help\` shows the usage.\n`;
}

function addModelCommands(program: Command): void {
  const models = addModelOptions(addCommonOptions(program.command("models")))
    .description("list the models that are installed, which one answers, and what could be installed here")
    .enablePositionalOptions()
    .action(run((session) => commands.models(session)));
  addServerOptions(addCommonOptions(models.command("pull <model>")))
    .description("download a model into Ollama; Ctrl-C pauses, the same command goes on")
    .action(run((session, model: string) => commands.pullModel(session, model)));
  addServerOptions(addCommonOptions(models.command("delete <model>")))
    .description("delete a model from Ollama")
    .action(run((session, model: string) => commands.deleteModel(session, model)));
}

function createProgram(): Command {
  const program = new Command("cloister")
    .description("Private answers about your own code and documents.")
    .version(version)
    .exitOverride()
    .enablePositionalOptions() // the options of `models pull` are its own and not those of `models`
    .configureOutput({ outputError: (text, write) => write(usageLine(text)) })
    .configureHelp({ showGlobalOptions: true });

  addOllamaOptions(addFolderOptions(addCommonOptions(program.command("index [folder]"))))
    .description("build or refresh the index of a folder")
    .option("--rebuild", "throw the old index away first", false)
    .action(
      run((session, folder: string | undefined, options: { readonly rebuild: boolean }) =>
        commands.index(session, folder ?? ".", options),
      ),
    );

  addOllamaOptions(addCommonOptions(program.command("search <query...>")))
    .description("list the chunks that fit a query best")
    .option("--folder <dir>", "the folder to search", ".")
    .option("--limit <n>", "how many", atLeast(1), 10)
    .option("--explain", "show the parts of each score", false)
    .action(
      run((session, query: string[], options: { folder: string; limit: number; explain: boolean }) =>
        commands.search(session, questionOf(query), options),
      ),
    );

  addModelOptions(addFolderOptions(addCommonOptions(program.command("ask <question...>"))))
    .description("answer a question about a folder, with citations; indexes it first if needed")
    .option("--folder <dir>", "the folder to ask about", ".")
    .option("--anyway", "ask the model even where nothing solid was found", false)
    .action(
      run((session, question: string[], options: { readonly folder: string; readonly anyway: boolean }) =>
        commands.ask(session, questionOf(question), options),
      ),
    );

  addCommonOptions(program.command("status [folder]"))
    .description("say what the index knows")
    .action(run((session, folder: string | undefined) => commands.status(session, folder ?? ".")));

  addCommonOptions(program.command("files [folder]"))
    .description("list every file: indexed, or left out and why")
    .action(run((session, folder: string | undefined) => commands.files(session, folder ?? ".")));

  addCommonOptions(program.command("chunks <file>"))
    .description("show how a file is cut")
    .option("--folder <dir>", "the folder that holds the file", ".")
    .action(
      run((session, path: string, options: { readonly folder: string }) => commands.chunks(session, path, options)),
    );

  addModelOptions(addCommonOptions(program.command("doctor [folder]")))
    .description("check the index, repair what is damaged, and print a report for a bug; it holds no file contents")
    .action(run((session, folder: string | undefined) => commands.doctor(session, folder ?? ".")));

  addModelCommands(program);
  return program;
}

/** @returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(markFilters(argv));
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : WRONG_USAGE; // commander has printed what is wrong
    }
    if (isAbort(error)) {
      process.stderr.write("Interrupted; what was done is kept.\n");
      return INTERRUPTED;
    }
    if (isCurrentFolderGone(error)) {
      process.stderr.write("cloister: The current folder does not exist any more. Change to another one.\n");
      return 1;
    }
    const detail = toErrorDetail(error);
    process.stderr.write(`cloister: ${printable(errorLine(detail))}\n`);
    return detail.code === "question-empty" || detail.code === "question-too-long" ? WRONG_USAGE : 1;
  }
}

/** Node's error wherever a relative path is to be made absolute. */
const isCurrentFolderGone = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === "uv_cwd";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") {
    process.exit(0); // `cloister search … | head` closes the pipe
  }
  process.stderr.write(
    `cloister: The output cannot be written (${error.message}). Send it elsewhere, or free some space.\n`,
  );
  process.exit(1);
});

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `cloister: This is Node ${process.versions.node}; Cloister needs ${OLDEST_NODE} or later. \`npm run cloister -- …\` brings its own.\n`,
  );
  process.exitCode = 1;
} else {
  void main(process.argv).then((status) => {
    process.exitCode = status;
  });
}
