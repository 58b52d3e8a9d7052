// On a phone the map is a sheet over the list: going back closes it.

/** Whether an entry of the browser's history has the map open. */
export function isMapOpen(state: { map?: boolean } | null): boolean {
  return state?.map ?? false;
}

export function showMap(open: boolean): void {
  if (open) {
    history.pushState({ ...history.state, map: true }, "");
  } else if (isMapOpen(history.state)) {
    history.back();
    return;
  }
  drawMap(open);
}

export function drawMap(open: boolean): void {
  document.documentElement.classList.toggle("map-open", open);
  const buttons = document.querySelectorAll<HTMLElement>(`[data-map="${open ? "close" : "open"}"]`);
  [...buttons].find((button) => button.checkVisibility())?.focus();
}
