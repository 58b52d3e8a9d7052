// A postal code fills in its place: an input with data-fills="id" and data-source, the address that knows places.
import { ask } from "../api/ask";

const CODE = /^[1-9][0-9]{3}$/;

export function startPostalCodes(root: ParentNode): void {
  for (const code of root.querySelectorAll<HTMLInputElement>("input[data-fills]")) {
    const place = document.getElementById(code.dataset.fills ?? "");
    if (!(place instanceof HTMLInputElement)) continue;
    // What somebody typed stays; what we filled in follows the code.
    let filled = "";
    code.addEventListener("input", async () => {
      const typed = code.value.trim();
      if (!CODE.test(typed) || (place.value && place.value !== filled)) return;
      const name = await placeOf(typed, code.dataset.source ?? "");
      if (!name || code.value.trim() !== typed) return;
      filled = name;
      place.value = name;
      place.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

/** "Beveren" of 9120: the main place of a postal code; empty where there is none. */
async function placeOf(code: string, source: string): Promise<string> {
  const address = new URL(source, location.href);
  address.searchParams.set("q", code);
  const answer = await ask<"/api/v1/geocode/">(address).catch(() => null);
  const found = answer?.results.find((place) => place.label.startsWith(`${code} `));
  return found?.label.slice(code.length).trim() ?? "";
}
