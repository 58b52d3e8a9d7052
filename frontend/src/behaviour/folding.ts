// On a phone the search form folds to one line once something is asked, so that what was found is in sight. The line is
// the server's; it opens the form again. CSS folds nothing at a desk, nor where scripts don't run.

/** Fold when a search is sent, open and close by the line; a search with a mistake in it stays open. */
export function startFolding(): void {
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest(".search__fold")) fold(!isFolded());
  });
  document.addEventListener("submit", (event) => {
    if ((event.target as Element).id === "search") fold(true);
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (bar()?.hidden) fold(false);
    else tellState();
  });
}

function search(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".search");
}

function bar(): HTMLElement | null {
  return document.getElementById("search-bar");
}

function isFolded(): boolean {
  return search()?.hasAttribute("data-folded") ?? false;
}

function fold(folded: boolean): void {
  search()?.toggleAttribute("data-folded", folded);
  tellState();
  // What had the focus may be folded away.
  const line = bar()?.querySelector<HTMLElement>(".search__fold");
  if (folded && line?.offsetParent) line.focus();
}

function tellState(): void {
  bar()?.querySelector(".search__fold")?.setAttribute("aria-expanded", String(!isFolded()));
}
