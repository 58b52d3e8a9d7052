// Plots are drawn beside their tables, once they come into view, and again where the window changes its width.

/** Plots near the edge of the window count as seen. */
const NEAR = "200px";

type Drawing = { draw: (place: HTMLElement) => void };

export function startPlots(root: ParentNode): void {
  for (const group of root.querySelectorAll<HTMLElement>("[data-plots]")) {
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        seen.disconnect();
        void drawAll(group);
      },
      { rootMargin: NEAR },
    );
    seen.observe(group);
  }
}

async function drawAll(group: HTMLElement): Promise<void> {
  const { draw }: Drawing = await import(new URL(group.dataset.plots ?? "", location.href).href);
  for (const place of group.querySelectorAll<HTMLElement>("[data-plot]")) {
    let width = 0;
    new ResizeObserver(() => {
      // What is hidden has no width, and nothing to draw in.
      if (!place.clientWidth || place.clientWidth === width) return;
      width = place.clientWidth;
      draw(place);
    }).observe(place);
  }
}
