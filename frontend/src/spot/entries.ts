// What somebody added and isn't on the map yet, in the browser's own database: by person, and its photos beside it. What a
// person added stays until it is stored or they throw it away, whoever else uses this browser.

/** "begun" is in the form, or was; "sending" may be left of a browser that was closed, and then waits as "waiting" does. */
export type State = "begun" | "waiting" | "sending" | "refused" | "stored";

export interface Refusal {
  field: string;
  label: string;
  words: string;
}

export interface Entry {
  /** Made here; the server stores one of each. */
  key: string;
  person: number;
  /** When its content was last written: another content has another moment. */
  at: string;
  state: State;
  title: string;
  layer: string;
  fields: [name: string, value: string][];
  refusals: Refusal[];
  /** Of its element, once there is one. */
  address: string;
  words: string;
  /** Whether it was ever on its way: the server may have it, though its answer never came. */
  tried: boolean;
  /** The server has something else by its key: it goes as a new one. */
  sentBefore: boolean;
  /** How often it didn't get through although there was a connection, and before when it isn't tried by itself (ms). */
  troubles: number;
  after: number;
}

/** What is so of each that is new, and was of those of version 1. */
export const FRESH = { tried: false, sentBefore: false, troubles: 0, after: 0 } as const;

interface Hooks {
  /** An older copy of the page, in another window, keeps the database as it was. */
  blocked(): void;
  /** A newer copy of the page needs the database: this one keeps what it holds, and writes nothing from then on. */
  outdated(): Promise<void>;
}

type Fits = (entry: Entry) => boolean;

const NAME = "werkstof-spot";
/** 2: photos stand in a store of their own, so that no stroke of a key writes them again. */
const VERSION = 2;
const STORE = "entries";
const PHOTOS = "photos";
const OF_PERSON = "person";

export class Entries {
  private constructor(private readonly database: IDBDatabase) {}

  /** Null where the browser keeps nothing, as in some private windows; "outdated" where a newer copy of the page was here. */
  static async open(hooks?: Hooks): Promise<Entries | "outdated" | null> {
    try {
      const asked = indexedDB.open(NAME, VERSION);
      asked.onupgradeneeded = ({ oldVersion }) => upgrade(asked, oldVersion);
      asked.onblocked = () => hooks?.blocked();
      const database = await answered(asked);
      database.onversionchange = () => void (hooks?.outdated() ?? Promise.resolve()).finally(() => database.close());
      return new Entries(database);
    } catch (error) {
      return error instanceof DOMException && error.name === "VersionError" ? "outdated" : null;
    }
  }

  /** All of a person, the newest first. */
  async of(person: number): Promise<Entry[]> {
    const store = this.database.transaction(STORE).objectStore(STORE);
    const found = await answered<Entry[]>(store.index(OF_PERSON).getAll(person));
    return found.sort((one, other) => other.at.localeCompare(one.at));
  }

  /** How many others have that still have to go. */
  async ofOthers(person: number): Promise<number> {
    const store = this.database.transaction(STORE).objectStore(STORE);
    const found = await answered<Entry[]>(store.getAll());
    return found.filter((entry) => entry.person !== person && entry.state !== "stored").length;
  }

  async photosOf(key: string): Promise<Blob[]> {
    const store = this.database.transaction(PHOTOS).objectStore(PHOTOS);
    return (await answered<Blob[] | undefined>(store.get(key))) ?? [];
  }

  /**
   * Write what is in hand; its photos only if they are not `asBefore`. False, and nothing is written, where it is in no
   * form any more: another window saved it. Fails, and keeps nothing, where there is no room.
   */
  async keep(entry: Entry, photos: Blob[], asBefore: boolean): Promise<boolean> {
    let isInHand = true;
    await this.write((store, beside) => {
      const asked: IDBRequest<Entry | undefined> = store.get(entry.key);
      asked.onsuccess = () => {
        const found = asked.result;
        isInHand = !found || isBegun(found);
        if (!isInHand) return;
        store.put(entry);
        if (!found || !asBefore) beside.put(photos, entry.key);
      };
    });
    return isInHand;
  }

  /** Change one that still is as it has to be, in one step; what it is then, or null. What is stored needs no photos here. */
  async change(key: string, fits: Fits, to: Partial<Entry>): Promise<Entry | null> {
    let became: Entry | null = null;
    await this.write((store, beside) => {
      const asked: IDBRequest<Entry | undefined> = store.get(key);
      asked.onsuccess = () => {
        if (!asked.result || !fits(asked.result)) return;
        became = { ...asked.result, ...to };
        store.put(became);
        if (became.state === "stored") beside.delete(key);
      };
    });
    return became;
  }

  /** The longest waiting one of a person, from now on "sending", as it is at this moment; null where none is left. */
  async next(person: number, fits: Fits): Promise<Entry | null> {
    let found: Entry | null = null;
    try {
      await this.write((store) => {
        const asked: IDBRequest<Entry[]> = store.index(OF_PERSON).getAll(person);
        asked.onsuccess = () => {
          const waiting = asked.result.filter((entry) => isUnderWay(entry) && fits(entry));
          waiting.sort((one, other) => one.at.localeCompare(other.at));
          const [first] = waiting;
          if (!first) return;
          found = { ...first, state: "sending", tried: true };
          store.put(found);
        };
      });
    } catch (error) {
      // On a full phone this can't be noted. It goes all the same: that makes room.
      if (!found) throw error;
    }
    return found;
  }

  /** Give one another key, under which the server knows nothing, and have it wait. */
  renew(key: string): Promise<void> {
    return this.write((store, beside) => {
      const asked: IDBRequest<Entry | undefined> = store.get(key);
      asked.onsuccess = () => {
        const entry = asked.result;
        if (!entry?.sentBefore) return;
        const photos: IDBRequest<Blob[] | undefined> = beside.get(key);
        photos.onsuccess = () => {
          const other = crypto.randomUUID();
          store.put({ ...entry, ...FRESH, key: other, state: "waiting", refusals: [], address: "" });
          if (photos.result) beside.put(photos.result, other);
          store.delete(key);
          beside.delete(key);
        };
      };
    });
  }

  /** Take one away, if it still is as it has to be. */
  remove(key: string, fits: Fits = () => true): Promise<void> {
    return this.write((store, beside) => {
      const asked: IDBRequest<Entry | undefined> = store.get(key);
      asked.onsuccess = () => {
        if (!asked.result || !fits(asked.result)) return;
        store.delete(key);
        beside.delete(key);
      };
    });
  }

  /** Once it is written, and not before: that there is no room is found out at the end. */
  private write(change: (store: IDBObjectStore, photos: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const written = this.database.transaction([STORE, PHOTOS], "readwrite");
      written.oncomplete = () => resolve();
      written.onabort = () => reject(written.error);
      change(written.objectStore(STORE), written.objectStore(PHOTOS));
    });
  }
}

/** Whether it is in the form, or was. */
export function isBegun({ state }: Entry): boolean {
  return state === "begun";
}

/** Whether it is the sender's: nobody mends it or throws it away meanwhile. */
export function isUnderWay({ state }: Entry): boolean {
  return state === "waiting" || state === "sending";
}

/** Whether its person may still mend it, or throw it away. */
export function isInReach({ state }: Entry): boolean {
  return state !== "sending" && state !== "stored";
}

/** Make the stores; what lies there of version 1 stays, its photos in the store that they have now. */
function upgrade({ result: database, transaction }: IDBOpenDBRequest, from: number): void {
  const photos = database.createObjectStore(PHOTOS);
  if (from === 0) {
    database.createObjectStore(STORE, { keyPath: "key" }).createIndex(OF_PERSON, OF_PERSON);
    return;
  }
  const asked = transaction?.objectStore(STORE).openCursor();
  if (!asked) return;
  asked.onsuccess = () => {
    const cursor = asked.result;
    if (!cursor) return;
    const { photos: kept, ...entry } = cursor.value as Entry & { photos: Blob[] };
    photos.put(kept, entry.key);
    // Of a version that didn't note it: it may have been on its way.
    cursor.update({ ...entry, ...FRESH, tried: true });
    cursor.continue();
  };
}

function answered<What>(asked: IDBRequest<What>): Promise<What> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
