/** An address may name a part of the page that comes later, such as #chains: go there once it has come. */
export function startAnchors(): void {
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const part = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (part && (event.target as Element).contains(part)) part.scrollIntoView();
  });
}
