// Sending what waits, one after the other: by the page, and by its worker where the browser wakes that up.
import type { Entries, Entry, Refusal } from "./entries";

/** Who is logged in, as the server says it. */
export interface Who {
  person: number | null;
  token: string;
}

/** "away": no answer, or none that decides anything. "signed-out": nobody is logged in, or somebody else. */
export type Outcome = "done" | "away" | "signed-out";

interface Answer {
  address?: string;
  words?: string;
  refusals?: Refusal[];
  /** What stands before us says why, where it refuses something by itself. */
  detail?: string;
}

/** So long one may take to send: three photos by a bad connection. */
const PATIENCE_MS = 180_000;
const WHO_PATIENCE_MS = 15_000;
/** Too slow, too often: nothing is wrong with what was sent. */
const TRY_LATER = [408, 425, 429];
const LOCK = "werkstof-spot-sending";

/** Null where there is no answer: then there is no connection, whatever the browser says. */
export async function askWho(page: string): Promise<Who | null> {
  try {
    const answer = await fetch(`${page}wie/`, { cache: "no-store", signal: AbortSignal.timeout(WHO_PATIENCE_MS) });
    return answer.ok ? ((await answer.json()) as Who) : null;
  } catch {
    return null;
  }
}

/**
 * Send all that a person has waiting. `page` is the address of the page; `changed` hears of each step. Only one window or
 * worker sends at a time; another's call comes back at once.
 */
export async function sendAll(page: string, who: Who, entries: Entries, changed: () => void): Promise<Outcome> {
  const send = () => sendInTurn(page, who, entries, changed);
  if (!navigator.locks) return send();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? send() : "done"));
}

async function sendInTurn(page: string, who: Who, entries: Entries, changed: () => void): Promise<Outcome> {
  if (who.person === null) return "signed-out";
  const all = await entries.of(who.person);
  const waiting = all.filter(({ state }) => state === "waiting" || state === "sending").reverse();
  for (const entry of waiting) {
    await entries.put({ ...entry, state: "sending" });
    changed();
    const [outcome, came] = await sendOne(page, who, entry);
    await entries.put(came);
    changed();
    if (outcome !== "done") return outcome;
  }
  return "done";
}

/** How it went, and what the entry is then. */
async function sendOne(page: string, who: Who, entry: Entry): Promise<[Outcome, Entry]> {
  const still: Entry = { ...entry, state: "waiting" };
  let status: number;
  let answer: Answer;
  try {
    const given = await fetch(`${page}sturen/`, {
      method: "POST",
      body: formOf(entry),
      headers: { Accept: "application/json", "X-CSRFToken": who.token },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    status = given.status;
    answer = (await given.json().catch(() => ({}))) as Answer;
  } catch {
    return ["away", still];
  }
  const { address = "", words = "", detail = "" } = answer;
  const refusals = answer.refusals ?? [{ field: "", label: "", words: detail }];
  if (status === 401) return ["signed-out", still];
  if (status === 201)
    return ["done", { ...entry, state: "stored", fields: [], photos: [], refusals: [], address, words }];
  // Others that are as good as refused don't stand in the way of what comes next.
  const isRefused = status >= 400 && status < 500 && !TRY_LATER.includes(status);
  return isRefused ? ["done", { ...entry, state: "refused", refusals, address }] : ["away", still];
}

function formOf(entry: Entry): FormData {
  const form = new FormData();
  for (const [name, value] of entry.fields) form.append(name, value);
  form.set("key", entry.key);
  form.set("person", String(entry.person));
  form.set("noted_at", entry.at);
  for (const [index, photo] of entry.photos.entries()) form.append("photo", photo, `foto-${index + 1}.jpg`);
  return form;
}
