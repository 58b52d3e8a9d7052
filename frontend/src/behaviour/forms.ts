/** Forms with data-no-enter: Enter in a one-line field is a slip of the thumb there, not "publish". */
export function startForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-no-enter]")) {
    form.addEventListener("keydown", (event) => {
      const field = event.target;
      if (event.key !== "Enter" || !(field instanceof HTMLInputElement) || field.type === "submit") return;
      event.preventDefault();
    });
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form[hx-sync][method=post]")) sendOnce(form);
  // What can't be undone is asked once more, in the page's own words.
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-confirm]")) {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  }
}

/** So long after a form was sent, its answer isn't waited for any more. */
const GIVEN_UP_MS = 20_000;

/**
 * A form that stores itself while somebody types is sent after what is under way, and alone: whatever else it still
 * wanted to store is in what is sent, and stored beside it would count as another window's.
 */
function sendOnce(form: HTMLFormElement): void {
  let isLeaving = false;
  form.addEventListener("submit", (event) => {
    if (form.classList.contains("htmx-request")) {
      event.preventDefault();
      form.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
      return;
    }
    isLeaving = true;
    // Where the next page doesn't come, as when somebody stops it, the form goes on storing what is typed.
    window.setTimeout(() => {
      isLeaving = false;
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }, GIVEN_UP_MS);
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (isLeaving && event.target === form) event.preventDefault();
  });
  // Back from the next page, the form is as it was left.
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
}
