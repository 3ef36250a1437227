/**
 * The live region that screen readers follow.
 *
 * It is in the page before anything is said, as they require, and what was said is taken away again, so that nobody who
 * reads the page line by line meets the answer twice.
 */

/** Long enough for every screen reader to have noticed. */
const KEPT_MS = 10_000;

export function createAnnouncer(label: string): (texts: readonly string[]) => void {
  const region = document.createElement("div");
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.setAttribute("aria-atomic", "false");
  region.setAttribute("aria-relevant", "additions");
  region.setAttribute("aria-label", label);
  document.body.append(region);
  return (texts) => {
    const spoken = texts.map((text) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = text;
      return paragraph;
    });
    region.append(...spoken);
    window.setTimeout(() => spoken.forEach((paragraph) => paragraph.remove()), KEPT_MS);
  };
}
