/** The page's own colours, read from its custom properties: the map follows light and dark. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const NAMES = ["map-water", "map-land", "map-line", "map-label", "map-halo", "map-hub", "ink", "paper", "accent"];

/** Says what each colour of the map becomes when the page turns light or dark. */
export function onThemeChange(act: (fresh: ReadonlyMap<string, string>) => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  let before = NAMES.map(colour);
  const changed = (): void => {
    const after = NAMES.map(colour);
    act(new Map(before.map((old, at) => [old, after[at] ?? old])));
    before = after;
  };
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
