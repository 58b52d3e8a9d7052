// Sending what waits, one after the other: by the page, and by its worker where the browser wakes that up.
import { type Entries, type Entry, isUnderWay, type Refusal } from "./entries";

/** What became of something that was sent, as the server says it. */
export interface Stored {
  address: string;
  words: string;
}

/** Who is logged in, as the server says it; and what it has by a key, where that was asked. */
export interface Who {
  person: number | null;
  token: string;
  stored: Stored | null;
}

/**
 * "away": there is no connection. "trouble": there is one, and yet not all got through. "signed-out": nobody is logged in,
 * or somebody else.
 */
export type Outcome = "done" | "away" | "trouble" | "signed-out";

interface Answer extends Partial<Stored> {
  refusals?: Refusal[];
  sent_before?: boolean;
  /** What stands before us says why, where it refuses something by itself. */
  detail?: string;
}

/** Its status is 0 where none came. */
interface Given {
  status: number;
  answer: Answer;
  pauseMs: number;
}

/** So long one may take to send: three photos by a bad connection. */
const PATIENCE_MS = 180_000;
const WHO_PATIENCE_MS = 15_000;
/** Somebody waits for it. */
const KEY_PATIENCE_MS = 4_000;
/** Too slow, too often: nothing is wrong with what was sent. */
const TRY_LATER = [408, 425, 429];
/** So long one that didn't get through is left alone: twice as long each time, up to an hour. */
const PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;
const LOCK = "werkstof-spot-sending";

/** Null where there is no answer: then there is no connection, whatever the browser says. */
export async function askWho(page: string, key = ""): Promise<Who | null> {
  try {
    const patience = key ? KEY_PATIENCE_MS : WHO_PATIENCE_MS;
    const asked = key ? `wie/?sleutel=${key}` : "wie/";
    const answer = await fetch(`${page}${asked}`, { cache: "no-store", signal: AbortSignal.timeout(patience) });
    return answer.ok ? ((await answer.json()) as Who) : null;
  } catch {
    return null;
  }
}

/**
 * Send all that a person has waiting; what didn't get through before only after its pause, unless `now`. `page` is the
 * address of the page; `changed` hears of each step. Only one window or worker sends at a time; another's call comes back
 * at once.
 */
export async function sendAll(
  page: string,
  who: Who,
  entries: Entries,
  changed: () => void,
  now = false,
): Promise<Outcome> {
  const sendNow = () => sendInTurn(page, who, entries, changed, now);
  if (!navigator.locks) return sendNow();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? sendNow() : "done"));
}

async function sendInTurn(
  page: string,
  first: Who,
  entries: Entries,
  changed: () => void,
  now: boolean,
): Promise<Outcome> {
  const { person } = first;
  if (person === null) return "signed-out";
  let who = first;
  let whole: Outcome = "done";
  const seen = new Set<string>();
  const goes = (entry: Entry) => !seen.has(named(entry)) && (now || entry.after <= Date.now());
  // Each as it is when its turn comes: meanwhile it may be mended, thrown away, or another be added.
  for (let entry = await entries.next(person, goes); entry; entry = await entries.next(person, goes)) {
    seen.add(named(entry));
    changed();
    const photos = await entries.photosOf(entry.key);
    let given = await send(page, who, entry, photos);
    let answering: Who | null = who;
    if (needsToken(given)) {
      answering = await askWho(page);
      if (answering?.person === person) given = await send(page, answering, entry, photos);
    }
    const came = became(entry, given);
    // One that didn't get through doesn't keep back what comes next, unless there is no connection at all.
    if (came.state === "waiting" && given.status !== 401) answering = await askWho(page);
    const isOut = given.status === 401 || (answering !== null && answering.person !== person);
    const isAlone = answering === null || isOut;
    await note(entries, entry, isAlone ? { state: "waiting" } : came);
    changed();
    if (isOut) return "signed-out";
    if (answering === null) return "away";
    who = answering;
    if (came.state === "waiting") whole = "trouble";
  }
  return whole;
}

/** One content of one entry. */
function named({ key, at }: Entry): string {
  return `${key} ${at}`;
}

/** Whether the token is of before somebody logged in, in another window: whoever refuses what was sent says why. */
function needsToken({ status, answer }: Given): boolean {
  return status === 403 && !answer.refusals;
}

/** What an entry is by the answer that came. */
function became(entry: Entry, { status, answer, pauseMs }: Given): Partial<Entry> {
  const { address = "", words = "", detail = "" } = answer;
  if (status === 201) return { state: "stored", fields: [], refusals: [], address, words };
  // Others that are as good as refused don't stand in the way of what comes next.
  if (status >= 400 && status < 500 && status !== 401 && !TRY_LATER.includes(status)) {
    const refusals = answer.refusals ?? [{ field: "", label: "", words: detail }];
    return { state: "refused", refusals, address, sentBefore: answer.sent_before === true };
  }
  const pause = Math.max(pauseMs, Math.min(PAUSE_MS * 2 ** entry.troubles, LONGEST_PAUSE_MS));
  return { state: "waiting", troubles: entry.troubles + 1, after: Date.now() + pause };
}

/** What can't be noted does no harm: sent once more, the server knows it. */
async function note(entries: Entries, sent: Entry, came: Partial<Entry>): Promise<void> {
  const isSame = (stored: Entry) => isUnderWay(stored) && stored.at === sent.at;
  await entries.change(sent.key, isSame, came).catch(() => null);
}

async function send(page: string, who: Who, entry: Entry, photos: Blob[]): Promise<Given> {
  try {
    const given = await fetch(`${page}sturen/`, {
      method: "POST",
      body: formOf(entry, photos),
      headers: { Accept: "application/json", "X-CSRFToken": who.token },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answer = (await given.json().catch(() => ({}))) as Answer;
    return { status: given.status, answer, pauseMs: 1_000 * (Number(given.headers.get("Retry-After")) || 0) };
  } catch {
    return { status: 0, answer: {}, pauseMs: 0 };
  }
}

function formOf(entry: Entry, photos: Blob[]): FormData {
  const form = new FormData();
  for (const [name, value] of entry.fields) form.append(name, value);
  form.set("key", entry.key);
  form.set("person", String(entry.person));
  form.set("noted_at", entry.at);
  for (const [index, photo] of photos.entries()) form.append("photo", photo, `foto-${index + 1}.jpg`);
  return form;
}
