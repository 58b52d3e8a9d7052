// Parts of other pages of this site, as the server draws them, shown on this one.

/** Attributes that name other elements by their ids. */
const NAMING = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form", "data-opens"];

/** A page that was fetched, to take parts from. */
export async function drawnBy(answer: Response): Promise<Document> {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Give the elements of a part ids that no other element of this page has, and name them so. */
export function withOwnIds(part: HTMLElement, prefix: string): void {
  const own = (id: string): string => `${prefix}-${id}`;
  for (const named of [part, ...part.querySelectorAll<HTMLElement>("[id]")]) {
    if (named.id) named.id = own(named.id);
  }
  for (const name of NAMING) {
    for (const naming of [part, ...part.querySelectorAll(`[${name}]`)]) {
      const ids = (naming.getAttribute(name) ?? "").split(/\s+/).filter(Boolean);
      if (ids.length > 0) naming.setAttribute(name, ids.map(own).join(" "));
    }
  }
  for (const link of part.querySelectorAll('a[href^="#"]')) {
    link.setAttribute("href", `#${own(link.getAttribute("href")?.slice(1) ?? "")}`);
  }
}
