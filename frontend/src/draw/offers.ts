// Work that was kept, offered on the page: that of the element in hand, and that of other elements of the map.
import type { Kept } from "./kept";
import { makeButton, type Toolbar } from "./toolbar";

/** Say when something was kept of the element in hand; it is taken up or thrown away, and then no longer offered. */
export function offerKept(
  place: HTMLElement,
  kept: Kept,
  toolbar: Toolbar,
  does: { takeUp: () => void; throwAway: () => void },
): void {
  const when = new Date(kept.at).toLocaleString(document.documentElement.lang, {
    dateStyle: "long",
    timeStyle: "short",
  });
  const words = document.createElement("p");
  words.textContent = toolbar.word("kept").replace("{when}", when);
  const choice = (name: string, act: () => void): HTMLElement =>
    makeButton(toolbar.word(name), () => {
      place.hidden = true;
      act();
    });
  const buttons = document.createElement("p");
  buttons.className = "row";
  buttons.append(choice("take_up", does.takeUp), choice("throw_away", does.throwAway));
  place.className = "message";
  place.replaceChildren(words, buttons);
  place.hidden = false;
}

/** Name what is kept of other elements, each with a way back to it. */
export function listKept(place: HTMLElement, others: Kept[], toolbar: Toolbar, goBack: (kept: Kept) => void): void {
  const title = document.createElement("h3");
  title.className = "field__label";
  title.textContent = toolbar.word("kept_others");
  const rows = others.map((kept) => makeButton(`${toolbar.word("take_up")}: ${kept.title}`, () => goBack(kept)));
  place.replaceChildren(title, ...rows);
  place.hidden = others.length === 0;
}
