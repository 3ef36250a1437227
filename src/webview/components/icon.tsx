/** The panel's icons: 16 × 16 outlines in the colour of the text. They are decoration; a button names itself. */

const PATHS = {
  shield: "M8 1.8 13 3.6v4c0 3.2-2.1 5.5-5 6.6-2.9-1.1-5-3.4-5-6.6v-4L8 1.8Zm-2.2 6 1.6 1.7 3-3.2",
  check: "m3 8.5 3.2 3.2L13 5",
  copy: "M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8v-8Z",
  send: "M8 13V3.5M3.8 7.6 8 3.4l4.2 4.2",
  stop: "M4.5 4.5h7v7h-7z",
  down: "M8 3v10M3.8 8.8 8 13l4.2-4.2",
  warning: "M8 2.2 14.4 13.5H1.6L8 2.2Zm0 4.3v3.2m0 1.7v.6",
  error: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Zm0 3v4m0 1.8v.6",
  info: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Zm0 5.4v4m0-6.4v.6",
  retry: "M13 8a5 5 0 1 1-1.6-3.7L13 5.8M13 2.5v3.3H9.7",
  chevron: "m6 3.5 4.5 4.5L6 12.5",
  pause: "M5.5 3.5v9m5-9v9",
  play: "M5 3.2v9.6L12.6 8 5 3.2Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
