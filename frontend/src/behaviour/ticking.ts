/**
 * A form whose rows are ticked says how many are, and ticks all of its page by one box; rows copied from a spreadsheet
 * and pasted on the page come into the field for them. Without scripts each row has its own box, and the field is there.
 */
export function startTicking(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-ticks]")) startForm(form);
  const paste = root.querySelector<HTMLDetailsElement>("details[data-pastes]");
  if (paste) takePasted(paste);
}

function startForm(form: HTMLFormElement): void {
  const rows = [...form.querySelectorAll<HTMLInputElement>("input[name=row]")];
  const page = form.querySelector<HTMLElement>("[data-tick-page]");
  const box = page?.querySelector<HTMLInputElement>("input");
  const all = form.querySelector<HTMLInputElement>("input[name=all]");
  const said = form.querySelector<HTMLOutputElement>("[data-ticked]");
  const tell = (): void => {
    const count = rows.filter((row) => row.checked).length;
    if (said) said.value = all?.checked ? "" : (said.dataset.ticked ?? "").replace("{count}", String(count));
    if (!box) return;
    box.checked = count > 0 && count === rows.length;
    box.indeterminate = count > 0 && count < rows.length;
  };
  if (page) page.hidden = false;
  box?.addEventListener("change", () => {
    for (const row of rows) row.checked = box.checked;
    document.dispatchEvent(new CustomEvent("ticks-changed"));
  });
  form.addEventListener("change", tell);
  // Back from the next page, the boxes are as they were left.
  window.addEventListener("pageshow", tell);
  tell();
}

function takePasted(room: HTMLDetailsElement): void {
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const field = room.querySelector("textarea");
    if (!field || !room.isConnected || !text.includes("\t") || !text.includes("\n")) return;
    if ((event.target as Element).closest("input, textarea, select")) return;
    event.preventDefault();
    room.open = true;
    field.value = text;
    field.focus();
    room.scrollIntoView({ block: "nearest" });
  });
}
