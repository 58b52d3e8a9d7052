/** Buttons with data-opens="id" open a <dialog>; those inside with data-closes close it. */
export function startSheets(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-opens]")) {
    button.addEventListener("click", () => {
      const sheet = document.getElementById(button.dataset.opens ?? "");
      if (sheet instanceof HTMLDialogElement) sheet.showModal();
    });
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-closes]")) {
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
}
