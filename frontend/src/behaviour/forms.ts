/** Forms with data-no-enter: Enter in a one-line field is a slip of the thumb there, not "publish". */
export function startForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-no-enter]")) {
    form.addEventListener("keydown", (event) => {
      const field = event.target;
      if (event.key !== "Enter" || !(field instanceof HTMLInputElement) || field.type === "submit") return;
      event.preventDefault();
    });
  }
  // A form that is just being stored by itself is sent after that: else its own storing would count as another's.
  for (const form of root.querySelectorAll<HTMLFormElement>("form[hx-sync][method=post]")) {
    form.addEventListener("submit", (event) => {
      if (!form.classList.contains("htmx-request")) return;
      event.preventDefault();
      const submit = () => form.requestSubmit(event.submitter);
      form.addEventListener("htmx:afterRequest", submit, { once: true });
    });
  }
  // What can't be undone is asked once more, in the page's own words.
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-confirm]")) {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  }
}
