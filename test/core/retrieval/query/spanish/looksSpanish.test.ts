import { expect, test } from "vitest";
import { looksSpanish } from "../../../../../src/core/retrieval/query/spanish/looksSpanish";

test.each([
  ["¿Cómo se cierra la conexión?", "signs, accents and grammar"],
  ["como se guardan los ajustes", "without accents"],
  ["manejo de errores", "a noun phrase"],
  ["bloqueo cola", "two words of the glossary without grammar"],
  ["usando `BackgroundTasks`", "a gerund"],
  ["instalar FastAPI", "an infinitive"],
  ["configuracion cors", "an ending without its accent"],
  ["seguridad avanzada", "a participle"],
  ["petición", "one word with an accent"],
  ["petici\u00f3n".normalize("NFD"), "an accent as a combining mark"],
  ["diseño", "a letter that is Spanish alone"],
  ["¿router?", "a sign that is Spanish alone"],
  ["cómo usa runX el estado de X11", "identifiers inside"],
  ["¿qué hace el bucle for cuando is y or fallan?", "English words as code"],
])("%j is Spanish: %s", (question) => {
  expect(looksSpanish(question)).toBe(true);
});

test.each([
  ["", "nothing"],
  ["how does the router match paths", "English"],
  ["red", "a word of both languages"],
  ["hilo", "one word may be a name"],
  ["es modules", "one word of Spanish grammar"],
  ["de-duplication of rows", "a prefix"],
  ["the son of a con man", "English words that Spanish has"],
  ["café résumé naïve", "accents in English"],
  ["fix a few aliases and globals", "plurals that both languages form alike"],
  ["y axis", "a letter"],
  ["type coercion", "an English word with an ending of Spanish"],
  ["middleware responder", "another"],
  ["run a commando", "and another"],
  ["getHTTPResponse", "an identifier"],
  ["conexion_de_la_cola", "a Spanish identifier"],
  ["src/de/la/cola.ts", "a path"],
  ["error de_la `de la cola`", "code in back quotes"],
  ["translations for es, fr and de", "names of languages"],
  ["comment configurer le serveur", "French"],
  ["SELECT id FROM cola WHERE y = 1", "SQL"],
])("%j is not: %s", (question) => {
  expect(looksSpanish(question)).toBe(false);
});
