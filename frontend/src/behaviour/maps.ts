// What draws maps weighs more than all else of a page: it is fetched when a map comes into view, and on a phone when it is
// asked for, by the button on the map or, in the search, by the one that opens the map's sheet.

const PHONE = matchMedia("(width < 640px)");
/** Maps near the edge of the window count as seen. */
const NEAR = "200px";

let fetched: Promise<unknown> | null = null;

export function startMaps(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("werkstof-map")) {
    // The sheet of the search shows nothing before it is opened; who came to draw has asked.
    if (PHONE.matches && !["search", "draw"].includes(element.dataset.mode ?? "")) askFirst(element);
    else fetchOnceSeen(element);
  }
}

function askFirst(element: HTMLElement): void {
  if (customElements.get("werkstof-map")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button mapask";
  button.textContent = element.dataset.ask ?? "";
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll(".mapask")) other.remove();
    void fetchMap(element);
  });
  element.append(button);
}

function fetchOnceSeen(element: HTMLElement): void {
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      void fetchMap(element);
    },
    { rootMargin: NEAR },
  );
  seen.observe(element);
}

/** The styles first: MapLibre measures what they say. */
async function fetchMap(element: HTMLElement): Promise<void> {
  const { script = "", styles = "" } = element.dataset;
  fetched ??= stylesFrom(styles).then(() => import(new URL(script, location.href).href));
  try {
    await fetched;
  } catch {
    // No connection: whoever wants the map may try again.
    fetched = null;
    askFirst(element);
  }
}

function stylesFrom(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(address)));
    document.head.append(link);
  });
}
