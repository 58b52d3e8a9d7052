/** The server says something short with the header HX-Trigger: {"toast": {"text": "…"}}; failures have their own words. */
export function startToasts(): void {
  document.body.addEventListener("toast", (event) => {
    const text = (event as CustomEvent<{ text?: string }>).detail.text;
    if (text) showToast(text);
  });
  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(failure, () => {
      const text = document.body.dataset["failed"];
      if (text) showToast(text);
    });
  }
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
