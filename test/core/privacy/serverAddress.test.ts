import { expect, test } from "vitest";
import { distanceOf, parseServerUrl, resolvedRefusal, urlRefusal } from "../../../src/core/privacy/serverAddress";

/** What each address may be: this machine always, another one if allowed, or never. */
type Verdict = "always" | "if-allowed" | "never" | "not-an-address";

function verdictOf(text: string): Verdict {
  const url = parseServerUrl(text);
  if (url === undefined) {
    return "not-an-address";
  }
  if (urlRefusal(url, false) === undefined) {
    return "always";
  }
  return urlRefusal(url, true) === undefined ? "if-allowed" : "never";
}

test.each<[string, Verdict, string]>([
  ["http://127.0.0.1:11434", "always", "the default"],
  ["127.0.0.1:11434", "always", "without a scheme, as in OLLAMA_HOST"],
  ["localhost:11434", "always", "a name and a port, not a scheme"],
  ["http://localhost:11434/", "always", "the usual name"],
  ["http://LOCALHOST:11434", "always", "in capitals"],
  ["http://localhost.:11434", "always", "with the root's dot"],
  ["https://127.0.0.1", "always", "https on its own port"],
  ["http://127.0.0.1:80", "always", "a web server in front"],
  ["http://127.1:11434", "always", "a short form of 127.0.0.1"],
  ["http://0x7f.1:11434", "always", "a hexadecimal form of 127.0.0.1"],
  ["http://2130706433:11434", "always", "127.0.0.1 as one number"],
  ["http://0177.0.0.1:11434", "always", "an octal form of 127.0.0.1"],
  ["http://127.200.3.4:11434", "always", "anywhere in 127.0.0.0/8"],
  ["http://[::1]:11434", "always", "IPv6 loopback"],
  ["http://[0:0:0:0:0:0:0:1]:11434", "always", "the same, written out"],
  ["http://[::ffff:127.0.0.1]:11434", "always", "IPv4 loopback in IPv6"],

  ["http://192.168.1.20:11434", "if-allowed", "a machine at home"],
  ["http://10.0.0.1:11434", "if-allowed", "a private network"],
  ["http://172.16.0.1:11434", "if-allowed", "a container network"],
  ["http://8.8.8.8:11434", "if-allowed", "a public address"],
  ["http://167772161:11434", "if-allowed", "10.0.0.1 as one number"],
  ["http://[::ffff:10.0.0.1]:11434", "if-allowed", "10.0.0.1 in IPv6"],
  ["http://[2001:db8::1]:11434", "if-allowed", "a public IPv6 address"],
  ["http://[fd12:3456::1]:11434", "if-allowed", "a private IPv6 address"],
  ["http://[64:ff9b::8.8.8.8]:11434", "if-allowed", "a public address through NAT64"],
  ["http://localhost.evil.com:11434", "if-allowed", "begins like localhost"],
  ["http://127.0.0.1.evil.com:11434", "if-allowed", "begins like loopback"],
  ["http://evil.com:11434", "if-allowed", "a name"],
  ["http://foo.localhost:11434", "if-allowed", "under localhost: some resolvers ask the network"],
  ["http://128.0.0.1:11434", "if-allowed", "just past loopback"],
  ["http://126.255.255.255:11434", "if-allowed", "just before loopback"],

  ["http://0.0.0.0:11434", "never", "no address to go to"],
  ["http://[::]:11434", "never", "the same in IPv6"],
  ["http://0:11434", "never", "0.0.0.0 in short"],
  ["http://169.254.169.254", "never", "cloud metadata"],
  ["http://2852039166:80", "never", "cloud metadata as one number"],
  ["http://[::ffff:169.254.169.254]:80", "never", "cloud metadata in IPv6"],
  ["http://[64:ff9b::169.254.169.254]:80", "never", "cloud metadata through NAT64"],
  ["http://[2002:a9fe:a9fe::1]:80", "never", "cloud metadata through 6to4"],
  ["http://[64:ff9b::127.0.0.1]:11434", "never", "loopback through NAT64"],
  ["http://[::127.0.0.1]:11434", "never", "loopback in a form that nobody uses"],
  ["http://[fe80::1]:11434", "never", "link-local"],
  ["http://[fec0::1]:11434", "never", "site-local"],
  ["http://[ff02::1]:11434", "never", "multicast"],
  ["http://[fd00:ec2::254]", "never", "cloud metadata with an IPv6 address"],
  ["http://224.0.0.1:11434", "never", "multicast"],
  ["http://255.255.255.255:11434", "never", "broadcast"],
  ["http://100.100.100.200", "never", "cloud metadata elsewhere"],
  ["http://168.63.129.16", "never", "another one"],
  ["http://user@127.0.0.1:11434", "never", "a user name"],
  ["http://user:word@localhost:11434", "never", "a password"],
  ["http://127.0.0.1:11434@evil.com/", "never", "an address as a user name"],
  ["http://127.0.0.1:22", "never", "another service"],
  ["http://127.0.0.1:25", "never", "another service"],
  ["ftp://127.0.0.1:11434", "never", "another protocol"],
  ["file:///etc/passwd", "never", "no protocol of the network"],
  ["javascript://127.0.0.1/%0aalert(1)", "never", "no protocol at all"],
  ["ws://127.0.0.1:11434", "never", "another protocol"],

  ["http://", "not-an-address", "nothing"],
  ["", "not-an-address", "nothing at all"],
  ["http://[::1", "not-an-address", "an open bracket"],
  ["http://127.0.0.1:99999", "not-an-address", "a port that does not exist"],
  ["http://256.256.256.256:1", "not-an-address", "numbers that do not exist"],
])("%s: %s (%s)", (text, verdict) => {
  expect(verdictOf(text)).toBe(verdict);
});

test.each<[string, boolean, boolean]>([
  ["127.0.0.1", true, true],
  ["::1", true, true],
  ["::ffff:7f00:1", true, true],
  ["10.1.2.3", false, true],
  ["fe80::1%eth0", false, false],
  ["169.254.1.1", false, false],
  ["not an address", false, false],
  ["1:2:3:4:5:6:7:8:9", false, false],
  ["::1::2", false, false],
])("a name that resolves to %s: by default %s, when allowed %s", (address, isFine, isFineWhenAllowed) => {
  expect(resolvedRefusal(address, false) === undefined).toBe(isFine);
  expect(resolvedRefusal(address, true) === undefined).toBe(isFineWhenAllowed);
});

test.each([
  ["http://127.0.0.1:11434", "this machine"],
  ["localhost:11434", "this machine"],
  ["http://[::1]:11434", "this machine"],
  ["http://[::ffff:127.0.0.1]", "this machine"],
  ["http://10.1.2.3:11434", "private address"],
  ["http://172.20.0.2", "private address"],
  ["http://192.168.1.20:11434", "private address"],
  ["http://[::ffff:10.0.0.1]", "private address"],
  ["http://[fd12:3456::1]:11434", "private address"],
  ["http://gpu7.corp.internal:11434", "private address"],
  ["gpu7:11434", "private address"],
  ["no address", "private address"],
  ["http://172.32.0.2", "public address"],
  ["http://8.8.8.8:11434", "public address"],
  ["http://[2001:db8::1]:11434", "public address"],
  ["https://ollama.example.com", "public address"],
])("%s: %s", (address, distance) => {
  expect(distanceOf(address)).toBe(distance);
});
