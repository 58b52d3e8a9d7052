// A page that stays open longer than who is logged in: its forms go on with the token that the browser has now, and an
// answer that asks to log in says so beside what was typed.
import { showToast } from "./toasts";

const TOKEN = "csrfmiddlewaretoken";

export function startSession(): void {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { headers, formData } = (event as CustomEvent<{ headers: Record<string, string>; formData: FormData }>).detail;
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
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => {
      const { elt, xhr } = (event as CustomEvent<{ elt: Element; xhr?: XMLHttpRequest }>).detail;
      // What was stored before must not look like what was typed since.
      const state = elt.querySelector<HTMLElement>("[data-unsaved]");
      if (state) state.textContent = state.dataset["unsaved"] ?? "";
      const { login, loginAddress } = document.body.dataset;
      if (xhr?.status === 401) showToast(xhr.responseText, { words: login ?? "", address: loginAddress ?? "" });
    });
  }
}

/** Logging in changes the token, in every window at once: the cookie has the one that counts. */
function tokenNow(): string | undefined {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}
