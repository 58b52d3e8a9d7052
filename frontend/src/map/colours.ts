/** The page's own colours, read from its custom properties: the map follows light and dark. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function onThemeChange(act: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", act);
  return () => query.removeEventListener("change", act);
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
