/**
 * Which server addresses may be spoken to.
 *
 * Questions and code are private, so the default is this machine alone. A person may allow another host in the machine
 * settings; even then some addresses stay closed, because only an attack would name them: link-local and cloud
 * metadata services, multicast, and the ports of other well-known services.
 *
 * Names are judged twice: here by their spelling, and after resolving by every address they stand for.
 */

/** `loopback`: this machine. `remote`: another one, which a person may allow. `forbidden`: never. */
export type AddressClass = "loopback" | "remote" | "forbidden";

/** Reads an address as people write it; the scheme may be left out, as in `127.0.0.1:11434`. */
export function parseServerUrl(text: string): URL | undefined {
  const trimmed = text.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  return URL.canParse(withScheme) ? new URL(withScheme) : undefined;
}

/** What a URL says about itself, before any name is resolved. @returns why it is refused; undefined if it may go on. */
export function urlRefusal(url: URL, allowRemote: boolean): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return "only http and https addresses are used";
  }
  if (url.username !== "" || url.password !== "") {
    return "the address holds a user name or password";
  }
  if (isReservedPort(url.port)) {
    return `port ${url.port} belongs to another service`;
  }
  const host = bareHost(url);
  const literal = classifyAddress(host);
  if (literal !== undefined) {
    return addressRefusal(literal, allowRemote);
  }
  return allowRemote || host === "localhost" ? undefined : NOT_THIS_MACHINE;
}

/** The same for one resolved address. */
export function resolvedRefusal(address: string, allowRemote: boolean): string | undefined {
  return addressRefusal(classifyAddress(address) ?? "forbidden", allowRemote);
}

/** The host of a URL as a resolver wants it: no brackets, no final dot. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Names that only a private network knows: without a dot, or under one of these. */
const PRIVATE_NAME = /^[^.]*$|\.(?:internal|intranet|local|localdomain|lan|home|corp|private|arpa|test)$/i;

/** How far away a server is, for a report that does not name it. A name is judged by its spelling alone. */
export function distanceOf(address: string): "this machine" | "private address" | "public address" {
  const url = parseServerUrl(address);
  const host = url === undefined ? "" : bareHost(url);
  const words = parseIpv6(host);
  const ipv4 = parseIpv4(host) ?? (words && isIpv4Mapped(words) ? ipv4In(words, 6) : undefined);
  if (/^(.+\.)?localhost$/i.test(host) || classifyAddress(host) === "loopback") {
    return "this machine";
  }
  const isPrivate =
    ipv4 === undefined ? (words === undefined ? PRIVATE_NAME.test(host) : isPrivateIpv6(words)) : isPrivateIpv4(ipv4);
  return isPrivate ? "private address" : "public address";
}

function isPrivateIpv4([a = 0, b = 0]: readonly number[]): boolean {
  const isShared = a === 100 && b >= 64 && b < 128; // what providers and overlay networks give out
  return (
    a === 0 ||
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    isShared
  );
}

const isPrivateIpv6 = ([first = 0]: readonly number[]): boolean =>
  (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;

const NOT_THIS_MACHINE = "it is not on this machine";

function addressRefusal(kind: AddressClass, allowRemote: boolean): string | undefined {
  switch (kind) {
    case "loopback":
      return undefined;
    case "remote":
      return allowRemote ? undefined : NOT_THIS_MACHINE;
    case "forbidden":
      return "no Ollama server has such an address";
  }
}

function isReservedPort(port: string): boolean {
  const number = Number(port);
  return port !== "" && number < 1024 && number !== 80 && number !== 443;
}

/** @returns undefined for what is no IP address. */
export function classifyAddress(address: string): AddressClass | undefined {
  const withoutZone = address.replace(/%.*$/, "");
  const ipv4 = parseIpv4(withoutZone);
  if (ipv4 !== undefined) {
    return classifyIpv4(ipv4);
  }
  const ipv6 = parseIpv6(withoutZone);
  return ipv6 === undefined ? undefined : classifyIpv6(ipv6);
}

/** Cloud metadata services outside the link-local range. */
const METADATA_IPV4 = new Set(["100.100.100.200", "168.63.129.16", "192.0.0.192"]);
const METADATA_IPV6 = "fd00:ec2:0:0:0:0:0:254";

function classifyIpv4(bytes: readonly number[]): AddressClass {
  const [a = 0, b = 0] = bytes;
  if (a === 127) {
    return "loopback";
  }
  const isLinkLocal = a === 169 && b === 254;
  const isUnspecified = a === 0;
  const isMulticastOrReserved = a >= 224;
  return isLinkLocal || isUnspecified || isMulticastOrReserved || METADATA_IPV4.has(bytes.join("."))
    ? "forbidden"
    : "remote";
}

function classifyIpv6(words: readonly number[]): AddressClass {
  const [first = 0] = words;
  if (words.slice(0, 7).every((word) => word === 0) && words[7] === 1) {
    return "loopback";
  }
  if (isIpv4Mapped(words)) {
    return classifyIpv4(ipv4In(words, 6));
  }
  const carried = carriedIpv4(words);
  if (carried !== undefined) {
    return classifyIpv4(carried) === "remote" ? "remote" : "forbidden";
  }
  const isLinkLocal = (first & 0xffc0) === 0xfe80;
  const isSiteLocal = (first & 0xffc0) === 0xfec0;
  const isMulticast = first >= 0xff00;
  const isMetadata = words.map((word) => word.toString(16)).join(":") === METADATA_IPV6;
  return isLinkLocal || isSiteLocal || isMulticast || isMetadata ? "forbidden" : "remote";
}

const isIpv4Mapped = (words: readonly number[]): boolean =>
  words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;

/** The IPv4 address behind a translated one: `::a.b.c.d`, NAT64 (`64:ff9b::/96`), 6to4 (`2002::/16`). */
function carriedIpv4(words: readonly number[]): readonly number[] | undefined {
  const [first, second] = words;
  const isCompatible = words.slice(0, 6).every((word) => word === 0);
  const isNat64 = first === 0x64 && second === 0xff9b;
  if (isCompatible || isNat64) {
    return ipv4In(words, 6);
  }
  return first === 0x2002 ? ipv4In(words, 1) : undefined;
}

function ipv4In(words: readonly number[], at: number): readonly number[] {
  const [high = 0, low = 0] = words.slice(at, at + 2);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) ? parts : undefined;
}

/** @returns eight 16-bit words. */
function parseIpv6(text: string): readonly number[] | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (!text.includes(":") || more.length > 0) {
    return undefined;
  }
  const before = ipv6Words(head);
  const after = tail === undefined ? [] : ipv6Words(tail);
  if (before === undefined || after === undefined) {
    return undefined;
  }
  const gap = 8 - before.length - after.length;
  const isWhole = tail === undefined ? gap === 0 : gap >= 1;
  return isWhole ? [...before, ...new Array<number>(gap).fill(0), ...after] : undefined;
}

function ipv6Words(text: string): number[] | undefined {
  const words: number[] = [];
  for (const part of text === "" ? [] : text.split(":")) {
    const ipv4 = parseIpv4(part);
    if (ipv4 !== undefined) {
      words.push(((ipv4[0] ?? 0) << 8) | (ipv4[1] ?? 0), ((ipv4[2] ?? 0) << 8) | (ipv4[3] ?? 0));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      words.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return words;
}
