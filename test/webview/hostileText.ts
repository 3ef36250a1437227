/**
 * Text that tries to leave the panel: to load something, to run something, to look like something else.
 *
 * A model may write any of it, and a file that it was shown may ask it to. `SINK` is an address that nobody may reach.
 */

const SINK = "https://sink.test";

/** Each probes one way out of a page. */
export const PROBES: readonly string[] = [
  `<img src="${SINK}/img">`,
  `<img src=x onerror="fetch('${SINK}/onerror')">`,
  `<script>fetch('${SINK}/script')</script>`,
  `<script src="${SINK}/script.js"></script>`,
  `<iframe src="${SINK}/frame"></iframe>`,
  `<iframe srcdoc="<script>parent.fetch('${SINK}/srcdoc')</script>"></iframe>`,
  `<object data="${SINK}/object"></object>`,
  `<embed src="${SINK}/embed">`,
  `<svg onload="fetch('${SINK}/svg')"></svg>`,
  `<svg><image href="${SINK}/svg-image"/></svg>`,
  `<style>@import "${SINK}/import.css"; body{background:url(${SINK}/bg)}</style>`,
  `<link rel="stylesheet" href="${SINK}/link.css">`,
  `<link rel="dns-prefetch" href="${SINK}">`,
  `<link rel="preconnect" href="${SINK}">`,
  `<link rel="prefetch" href="${SINK}/prefetch">`,
  `<meta http-equiv="refresh" content="0;url=${SINK}/refresh">`,
  `<base href="${SINK}/">`,
  `<form action="${SINK}/form"><button>Send</button></form>`,
  `<video src="${SINK}/video" autoplay></video>`,
  `<audio src="${SINK}/audio" autoplay></audio>`,
  `<input type="image" src="${SINK}/input">`,
  `<body background="${SINK}/body">`,
  `<div style="background:url(${SINK}/div)">x</div>`,
  `<a href="${SINK}/a" ping="${SINK}/ping">click</a>`,
  `<details open ontoggle="fetch('${SINK}/toggle')">x</details>`,
  `<math><mtext><img src="${SINK}/math"></mtext></math>`,
  `![img](${SINK}/markdown-image)`,
  `![img][ref]\n\n[ref]: ${SINK}/reference-image`,
  `[![img](${SINK}/linked-image)](${SINK}/link)`,
  `[click](javascript:fetch('${SINK}/js'))`,
  `[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
];

const SCHEMES = ["command", "vscode", "vscode-webview-resource", "file", "javascript", "data", "blob", "about", "ws"];
const WRAPPINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `**${text}**`,
  (text) => `- ${text}`,
  (text) => `> ${text}`,
  (text) => `| a |\n|---|\n| ${text.replaceAll("|", "\\|").replaceAll("\n", " ")} |`,
  (text) => `# ${text}`,
];

/** Every probe and every scheme in every place that Markdown has for it. */
export const HOSTILE_TEXTS: readonly string[] = WRAPPINGS.flatMap((wrap) => [
  ...PROBES.map(wrap),
  ...SCHEMES.map((scheme) => wrap(`[run](${scheme}:workbench.action.terminal.new)`)),
  ...SCHEMES.map((scheme) => wrap(`<${scheme}:workbench.action.terminal.new>`)),
]);

/** What only a slow or a careless reader of Markdown minds. */
export const PATHOLOGICAL_TEXTS: readonly string[] = [
  "[".repeat(20_000),
  "> ".repeat(5_000),
  `${"- ".repeat(2_000)}x`,
  "*a_ ".repeat(10_000),
  "`".repeat(30_001),
  `${"[a](".repeat(5_000)}x`,
  "![".repeat(10_000),
  `|${"a|".repeat(2_000)}\n|${"-|".repeat(2_000)}\n`,
  "\u202e\u{e0041}".repeat(2_000),
  "\0\uD800\uFFFF",
  `${"&#x3c;script&#x3e;".repeat(500)}`,
  "[1]".repeat(3_000),
];
