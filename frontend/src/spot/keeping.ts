// The copy of the page that this browser opens where there is no connection: one, of who was logged in last, with the
// files that go with it. Every other page that is opened looks whether that person is still here (forgetOthers).

const KEPT = "werkstof-spot ";
/** Whose copy is kept. */
const KEPT_FOR = "werkstof-spot-of";

/** Where the copy of a page stands, by its address. */
export function cacheOf(page: string): string {
  return KEPT + page;
}

/** Fetch the page anew and keep it, once all that goes with it is kept. False where that can't be. */
export async function keepPage(page: string, person: number): Promise<boolean> {
  try {
    const answer = await fetch(page, { cache: "no-store", redirect: "manual" });
    if (!answer.ok || answer.headers.get("X-Kept-For") !== String(person)) return false;
    const assets = (answer.headers.get("X-Kept-With") ?? "").split(" ").filter(Boolean);
    // Said first: whatever happens next, a page of somebody else takes the copy away.
    localStorage.setItem(KEPT_FOR, String(person));
    const cache = await caches.open(cacheOf(page));
    for (const asset of assets) if (!(await cache.match(asset, { ignoreVary: true }))) await cache.add(asset);
    await cache.put(page, answer);
    const needed = new Set([page, ...assets].map((address) => new URL(address, location.href).href));
    for (const { url } of await cache.keys()) if (!needed.has(url)) await cache.delete(url, { ignoreVary: true });
    return true;
  } catch {
    return false;
  }
}

/** Take away what is kept for anybody but this person; "" is nobody. */
export async function forgetOthers(person: string): Promise<void> {
  try {
    const of = localStorage.getItem(KEPT_FOR);
    if (of === null || of === person) return;
    for (const name of await caches.keys()) if (name.startsWith(KEPT)) await caches.delete(name);
    localStorage.removeItem(KEPT_FOR);
  } catch {
    // Where the browser keeps nothing, nothing was kept.
  }
}
