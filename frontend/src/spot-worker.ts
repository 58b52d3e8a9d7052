// The service worker of the page for adding on the spot. It answers for that page alone: with what the network says, and
// with the copy that the page kept where the network says nothing. Files that go with the page come from that copy.
import { Entries } from "./spot/entries";
import { cacheOf } from "./spot/keeping";
import { askWho, sendAll } from "./spot/sending";

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** What a service worker has, which TypeScript's types of a page don't know. */
interface Worker {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate" | "sync", act: (event: Waiting) => void): void;
  addEventListener(type: "fetch", act: (event: Fetching) => void): void;
}

const worker = self as unknown as Worker;
const page = new URL(worker.registration.scope).pathname;
/** So long the network has, where there is a copy. */
const PATIENCE_MS = 6_000;
/** What a page loads beside what it asks. */
const FILES = ["style", "script", "font", "image"];

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === page) event.respondWith(pageFor(request));
  } else if (FILES.includes(request.destination)) {
    event.respondWith(fileFor(request));
  }
});

/** The browser wakes the worker once there is a connection, with no page open. */
worker.addEventListener("sync", (event) => event.waitUntil(sendWhatWaits()));

async function pageFor(request: Request): Promise<Response> {
  const copy = await kept(page);
  if (!copy) return fetch(request);
  try {
    const answer = await Promise.race([fetch(request), late()]);
    // Whoever may no longer see it has no copy of it either; where the server is in trouble, the copy will do.
    if (answer?.status === 403) await caches.delete(cacheOf(page));
    return answer && answer.status < 500 ? answer : copy;
  } catch {
    return copy;
  }
}

async function fileFor(request: Request): Promise<Response> {
  return (await kept(request.url)) ?? fetch(request);
}

async function kept(address: string): Promise<Response | undefined> {
  return caches.match(address, { cacheName: cacheOf(page), ignoreVary: true });
}

function late(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), PATIENCE_MS);
  });
}

async function sendWhatWaits(): Promise<void> {
  const entries = await Entries.open();
  const who = await askWho(page);
  if (!(entries instanceof Entries) || !who) return;
  const told = new BroadcastChannel("werkstof-spot");
  await sendAll(page, who, entries, () => told.postMessage("changed"));
  told.close();
}
