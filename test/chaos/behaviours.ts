/** What a hostile server does, over and over. */

import type { Handler } from "../support/httpServer";
import { html, json, openStream } from "./hostileOllama";

export const silent: Handler = () => undefined;
export const reset: Handler = (_, response) => void response.socket?.resetAndDestroy();
export const status =
  (code: number, body?: object): Handler =>
  (_, response) =>
    body === undefined ? html(response, code) : json(response, body, code);

/** Sends these lines and then does nothing, or what `then` does. */
export const stopsAfter =
  (lines: string, then: (response: Parameters<Handler>[1]) => void = () => undefined): Handler =>
  (_, response) => {
    openStream(response);
    response.write(lines, () => then(response));
  };

/** One byte now and then, for ever. */
export const drips =
  (byte: string): Handler =>
  (_, response) => {
    openStream(response);
    const timer = setInterval(() => response.write(byte), 5);
    response.on("close", () => clearInterval(timer));
  };

/** As fast as it is read, for ever. */
export const floods =
  (piece: string): Handler =>
  (_, response) => {
    openStream(response);
    const pour = () => {
      while (!response.destroyed && response.write(piece)) {
        // until the socket is full
      }
    };
    response.on("drain", pour);
    pour();
  };
