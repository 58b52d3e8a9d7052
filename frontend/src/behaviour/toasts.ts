/**
 * The server says something short with the header HX-Trigger: {"toast": {"text": "…"}}. Failures have their own words;
 * where the server is too busy, it says itself what to do.
 */
export function startToasts(): void {
  document.body.addEventListener("toast", (event) => {
    const text = (event as CustomEvent<{ text?: string }>).detail.text;
    if (text) showToast(text);
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => {
      const text = saidBy((event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail.xhr) ?? document.body.dataset["failed"];
      if (text) showToast(text);
    });
  }
}

function saidBy(answer?: XMLHttpRequest): string | undefined {
  const isText = answer?.getResponseHeader("Content-Type")?.startsWith("text/plain");
  return answer?.status === 503 && isText ? answer.responseText : undefined;
}

export function showToast(text: string): void {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  place.append(toast);
  setTimeout(() => toast.remove(), Math.max(5000, text.length * 80));
}
