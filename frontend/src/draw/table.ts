// The table of a layer below the map where one draws: fetched as the server draws it, so that its filters and order are
// those of the table's own page. A row takes its element in hand.
import { drawnBy, withOwnIds } from "../behaviour/borrowed";
import { showToast } from "../behaviour/toasts";

export class ElementTable {
  private readonly body: HTMLElement;
  private readonly layer: HTMLSelectElement;
  private address: URL | undefined;
  private inHand: number | null = null;

  constructor(
    private readonly room: HTMLDetailsElement,
    private readonly picked: (id: number) => void,
  ) {
    this.body = room.querySelector<HTMLElement>("[data-table-body]") as HTMLElement;
    this.layer = room.querySelector<HTMLSelectElement>("[data-table-layer]") as HTMLSelectElement;
    room.addEventListener("toggle", () => {
      if (room.open && !this.address) this.choose();
    });
    this.layer.addEventListener("change", () => this.choose());
    this.body.addEventListener("click", (event) => this.pressed(event));
    this.body.addEventListener("submit", (event) => this.filtered(event));
  }

  open(): void {
    this.room.open = true;
  }

  /** Draw anew what may have changed. */
  refresh(): void {
    if (this.room.open && this.address) void this.load(this.address);
    else this.address = undefined;
  }

  /** Say which element is in hand. */
  mark(id: number | null): void {
    this.inHand = id;
    for (const link of this.body.querySelectorAll<HTMLAnchorElement>("tbody th a")) {
      const isInHand = id !== null && idOf(link) === id;
      const row = link.closest("tr");
      row?.toggleAttribute("data-marked", isInHand);
      if (isInHand) row?.setAttribute("aria-current", "true");
      else row?.removeAttribute("aria-current");
    }
  }

  private choose(): void {
    void this.load(new URL(this.layer.value, location.href));
  }

  private pressed(event: MouseEvent): void {
    const link = (event.target as Element).closest("a");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !isPlain || !this.address) return;
    event.preventDefault();
    if (link.matches("tbody th a")) this.picked(idOf(link));
    else void this.load(new URL(link.getAttribute("href") ?? "", this.address));
  }

  private filtered(event: SubmitEvent): void {
    event.preventDefault();
    if (!this.address) return;
    const asked = new URL(this.address.pathname, this.address);
    for (const [name, value] of new FormData(event.target as HTMLFormElement)) {
      if (typeof value === "string" && value) asked.searchParams.append(name, value);
    }
    void this.load(asked);
  }

  private async load(address: URL): Promise<void> {
    this.address = address;
    this.body.setAttribute("aria-busy", "true");
    const answer = await fetch(address).catch(() => undefined);
    // Another was asked for meanwhile.
    if (this.address !== address) return;
    this.body.removeAttribute("aria-busy");
    if (!answer || answer.status >= 500) showToast(document.body.dataset.failed ?? "");
    else if (answer.redirected) location.assign(address);
    else this.show(await drawnBy(answer));
  }

  private show(drawn: Document): void {
    const rows = drawn.querySelector<HTMLElement>("section[aria-labelledby=rows]");
    const table = rows?.querySelector<HTMLElement>(".tablewrap");
    // Many at once are changed on the table's own page.
    if (rows?.querySelector("form[data-ticks]")) {
      for (const row of table?.querySelectorAll("tr") ?? []) row.cells[0]?.remove();
    }
    const filters = drawn.querySelector<HTMLElement>("details.filters");
    // On their own page they stand open where there is room.
    filters?.classList.remove("filters", "panel");
    const parts = [
      filters,
      rows?.querySelector<HTMLElement>("h2"),
      table,
      ...(rows?.querySelectorAll<HTMLElement>(":scope > p:not(:has([download])), form > p.row--between") ?? []),
    ].filter((part) => part instanceof HTMLElement);
    for (const part of parts) withOwnIds(part, "table");
    this.body.replaceChildren(...parts);
    this.mark(this.inHand);
  }
}

/** The element to whose page a link leads. */
function idOf(link: HTMLAnchorElement): number {
  return Number(/(\d+)\/$/.exec(new URL(link.href).pathname)?.[1]);
}
