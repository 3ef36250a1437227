/**
 * What ranking knows of every file, kept beside the index, so that an engine that starts need not make it anew: V8's own
 * encoding of arrays and texts, compressed, which also tells a file that is not as it was written.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Deserializer, Serializer } from "node:v8";
import { gunzipSync, gzip } from "node:zlib";
import type { KeptTable } from "../../core/ports";
import { writeDurably } from "./indexDirectory";

const TABLE_FILE = "files.gz";

/** The fastest: half is saved, and more work saves little more. */
const COMPRESSION = { level: 1 };

export function openTableFile(indexDir: string): KeptTable {
  const path = join(indexDir, TABLE_FILE);
  return {
    read: () => {
      try {
        return decode(gunzipSync(readFileSync(path)));
      } catch {
        return undefined; // none is kept, or not as it was written: then it is made anew
      }
    },
    write: async (table) => writeDurably(path, await promisify(gzip)(encode(table), COMPRESSION)),
  };
}

/** Unlike `serialize` of Node, it has arrays read into buffers of their own: they outlive the file's. */
function encode(value: unknown): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function decode(bytes: Buffer): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
