/**
 * Three rules for forms. In one with data-no-enter, Enter in a one-line field does nothing: it is a slip of the thumb, not
 * "publish". One that saves itself (hx-sync) doesn't save beside its own submit. A button with data-confirm asks once more.
 */
export function startForms(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-no-enter]")) {
    form.addEventListener("keydown", (event) => {
      const field = event.target;
      if (event.key !== "Enter" || !(field instanceof HTMLInputElement) || field.type === "submit") return;
      event.preventDefault();
    });
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form[hx-sync][method=post]")) submitWithoutAutosave(form);
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
 * Keeps a form that saves itself (hx-sync) from saving while it is submitted. A submit waits for the autosave under way,
 * and after it no autosave starts: the submit holds all fields, and an autosave beside it would look like a change from
 * another window.
 */
function submitWithoutAutosave(form: HTMLFormElement): void {
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
