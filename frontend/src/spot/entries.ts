// What somebody added and isn't on the map yet, in the browser's own database: with its photos, by person. What a person
// added stays until it is stored or they throw it away, whoever else uses this browser.

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
  at: string;
  state: State;
  title: string;
  layer: string;
  fields: [name: string, value: string][];
  photos: Blob[];
  refusals: Refusal[];
  /** Of its element, once there is one. */
  address: string;
  words: string;
}

const NAME = "werkstof-spot";
const STORE = "entries";
const OF_PERSON = "person";

export class Entries {
  private constructor(private readonly database: IDBDatabase) {}

  /** Null where the browser keeps nothing, as in some private windows. */
  static async open(): Promise<Entries | null> {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore(STORE, { keyPath: "key" }).createIndex(OF_PERSON, OF_PERSON);
      };
      return new Entries(await answered(asked));
    } catch {
      return null;
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

  /** Fails, and keeps nothing, where there is no room. */
  put(entry: Entry): Promise<void> {
    return this.write((store) => store.put(entry));
  }

  remove(key: string): Promise<void> {
    return this.write((store) => store.delete(key));
  }

  /** Once it is written, and not before: that there is no room is found out at the end. */
  private write(change: (store: IDBObjectStore) => void): Promise<void> {
    const written = this.database.transaction(STORE, "readwrite");
    return new Promise((resolve, reject) => {
      written.oncomplete = () => resolve();
      written.onabort = () => reject(written.error);
      change(written.objectStore(STORE));
    });
  }
}

function answered<What>(asked: IDBRequest<What>): Promise<What> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
