// A page that stays open longer than who is logged in: its forms go on with the token that the browser has now, and an
// answer that asks to log in says so beside what was typed.
import htmx from "htmx.org";
import { showToast } from "./toasts";

const TOKEN = "csrfmiddlewaretoken";

export function startSession(): void {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { headers, formData } = event.detail;
    const token = tokenNow();
    if (!token) return;
    headers["X-CSRFToken"] = token;
    if (formData.has(TOKEN)) formData.set(TOKEN, token);
  });
  document.addEventListener("submit", (event) => {
    const input = (event.target as HTMLFormElement).elements.namedItem(TOKEN);
    const token = tokenNow();
    if (token && input instanceof HTMLInputElement) input.value = token;
  });
  window.addEventListener("focus", storeAgain);
  document.addEventListener("visibilitychange", storeAgain);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    for (const link of document.querySelectorAll(".toast a")) link.parentElement?.remove();
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"] as const) {
    document.body.addEventListener(failure, (event) => {
      const { elt, xhr } = event.detail;
      // What was stored before must not look like what was typed since.
      const state = elt.querySelector<HTMLElement>("[data-unsaved]");
      if (state) {
        state.textContent = state.dataset.unsaved ?? "";
        state.dataset.waits = "yes";
      }
      const { login, loginAddress } = document.body.dataset;
      if (xhr?.status === 401) showToast(xhr.responseText, { words: login ?? "", address: loginAddress ?? "" });
    });
  }
}

/** Back in this window, what couldn't be stored is tried again: perhaps somebody has logged in meanwhile. */
function storeAgain(): void {
  const form = document.querySelector("[data-waits]")?.closest("form");
  if (form && document.visibilityState === "visible") htmx.trigger(form, "change");
}

/** Logging in changes the token, in every window at once: the cookie has the one that counts. */
function tokenNow(): string | undefined {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}
