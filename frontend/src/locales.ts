/** Whose locale groups digits and marks decimals as our pages do: Dutch here reads “1 250,50”, as French does. */
const LOCALES: Record<string, string> = { nl: "fr-BE", fr: "fr-BE", en: "en-IE" };

/** The locale by which a page in this language writes its figures (materials/figures.py). */
export function localeOfFigures(language: string): string {
  return LOCALES[language] ?? language;
}
