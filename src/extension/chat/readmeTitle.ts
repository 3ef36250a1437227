/**
 * What the project calls itself, for the first example question of an empty panel.
 *
 * A question about a name that the person knows says more about what can be asked than any fixed sentence.
 */

const LONGEST_TITLE = 40;

/** The first heading of a README, without Markdown; undefined where it is no name. */
export function readmeTitle(readme: string): string | undefined {
  const heading = readme.match(/^#\s+(.+)$/m)?.[1];
  const title = heading
    ?.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>|[`*_#]/g, "")
    .trim();
  return title && title.length <= LONGEST_TITLE ? title : undefined;
}
