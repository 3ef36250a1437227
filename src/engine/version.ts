import { dependencies, version } from "../../package.json";

export const ENGINE_VERSION: string = version;

/** As asked for; the package does not say which one it is. */
export const LANCE_VERSION: string = dependencies["@lancedb/lancedb"];
