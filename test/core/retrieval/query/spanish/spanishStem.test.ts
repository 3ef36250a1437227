import { expect, test } from "vitest";
import { spanishSingulars, spanishStem } from "../../../../../src/core/retrieval/query/spanish/spanishStem";

test.each([
  ["cerrar", "cierra cierran cerrando cerrado cerradas cerraron cerraria cerrarlo cierre"],
  ["devolver", "devuelve devuelven devolviendo devolvio devolvemos"],
  ["analizar", "analiza analice analizan analizando analizadas"],
  ["buscar", "busca busque buscan buscado"],
  ["cargar", "cargue carga cargandolos cargaban"],
  ["construir", "construye construyen construyendo construidos"],
  ["enviar", "envia envian enviado envio"],
  ["leer", "lee leen leyendo leido"],
  ["convertir", "convierte convierten convertida"],
  ["obtener", "obtiene obtienen obtenido"],
  ["ejecutar", "ejecutarse ejecutandose ejecuta ejecutaran"],
  ["proteger", "protege protejan protegida"],
  ["reanudar", "reanuda reanudaremos reanudabamos"],
  ["automatico", "automaticos automatica automaticamente"],
  ["luz", "luces"],
  ["conexion", "conexiones"],
])("%s has the stem of %s", (plain, forms) => {
  expect(forms.split(" ").map(spanishStem)).toEqual(forms.split(" ").map(() => spanishStem(plain)));
});

test.each([
  ["cola", "color"],
  ["hilo", "hijo"],
  ["rama", "ruta"],
  ["abrir", "borrar"],
  ["leer", "lanzar"],
])("%s and %s stay apart", (one, other) => {
  expect(spanishStem(one)).not.toBe(spanishStem(other));
});

test.each([
  ["colas", ["cola"]],
  ["conexiones", ["conexione", "conexion"]],
  ["luces", ["luce", "luc", "luz"]],
  ["indices", ["indice", "indic", "indiz"]],
  ["cola", []],
  ["mas", []],
])("%s may be the plural of %j", (word, singulars) => {
  expect(spanishSingulars(word)).toEqual(singulars);
});

test.each(["", "s", "a", "es", "ces", "ar", "se", "mente"])("%j keeps what it is made of", (word) => {
  expect(word.startsWith(spanishStem(word).slice(0, 1))).toBe(true);
});
