/**
 * The server says something short with the header HX-Trigger: {"toast": {"text": "…"}}. Failures have their own words;
 * where the server is too busy, it says itself what to do.
 */
export function startToasts(): void {
  document.body.addEventListener("toast", (event) => {
    if (event.detail.text) showToast(event.detail.text);
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"] as const) {
    document.body.addEventListener(failure, (event) => {
      const answer = event.detail.xhr;
      // Who is logged out is told so by behaviour/session.
      if (answer?.status === 401) return;
      const text = saidBy(answer) ?? document.body.dataset.failed;
      if (text) showToast(text);
    });
  }
}

function saidBy(answer?: XMLHttpRequest): string | undefined {
  const isText = answer?.getResponseHeader("Content-Type")?.startsWith("text/plain");
  return answer?.status === 503 && isText ? answer.responseText : undefined;
}

/** Words for a while; with a link, which opens a window of its own, until it is used. */
export function showToast(text: string, link?: { words: string; address: string }): void {
  const place = document.querySelector(".toasts");
  if (!place || [...place.children].some((shown) => shown.textContent?.startsWith(text))) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  place.append(toast);
  if (!link) {
    setTimeout(() => toast.remove(), Math.max(5000, text.length * 80));
    return;
  }
  const anchor = document.createElement("a");
  anchor.href = link.address;
  anchor.target = "_blank";
  anchor.textContent = link.words;
  anchor.addEventListener("click", () => toast.remove());
  toast.append(" ", anchor);
}
