// What a type-ahead field offers: answers of the API as lines to choose from.
import { type Answer, ask } from "../api/ask";
import { json } from "../attributes";

export interface Choice {
  label: string;
  note: string;
  /** What the form's hidden fields take over, by the name that their data-fill gives. */
  values: Record<string, string>;
}

const MOST = 8;

type Place = Answer<"/api/v1/geocode/">["results"][number];
type Found = Pick<
  Extract<Answer<"/api/v1/search/">, { results: unknown }>["results"][number],
  "id" | "title" | "organisation"
>;
type Material = Answer<"/api/v1/materials/">["results"][number];

/** What is asked by the data-shape of a field. */
const BY_SHAPE: Record<string, (address: URL, signal: AbortSignal) => Promise<Choice[] | undefined>> = {
  places: async (address, signal) => (await ask<"/api/v1/geocode/">(address, signal))?.results.map(ofPlace),
  listings: async (address, signal) => {
    const page = await ask<"/api/v1/search/">(address, signal);
    return page && "results" in page ? page.results.map(ofListing) : undefined;
  },
  own: async (address, signal) => (await ask<"/api/v1/listings/">(address, signal))?.results.map(ofListing),
  materials: async (address, signal) => (await ask<"/api/v1/materials/">(address, signal))?.results.map(ofMaterial),
  brought: async (address) => brought(address.searchParams.get("q") ?? ""),
};

/** The best few for what was typed; null where the API refuses. */
export async function choicesFor(shape: string, address: URL, signal: AbortSignal): Promise<Choice[] | null> {
  const choices = await BY_SHAPE[shape]?.(address, signal);
  return choices?.slice(0, MOST) ?? null;
}

/** Materials of the list that the page brought along, for where there is no connection: those that begin so come first. */
function brought(text: string): Choice[] {
  const rows = json<[code: string, name: string, path: string, others: string][]>("brought-materials") ?? [];
  const typed = plain(text);
  const ranked = rows.map((row) => ({ row, rank: rankOf(typed, row[1], row[3]) })).filter(({ rank }) => rank > 0);
  ranked.sort((one, other) => other.rank - one.rank);
  return ranked.map(({ row: [code, name, path] }) => ({ label: name, note: path, values: { code } }));
}

/** 4 where the name begins with it, 3 where another name does, 2 and 1 where a word does; 0 for none. */
function rankOf(typed: string, name: string, others: string): number {
  const [own, other] = [plain(name), plain(others).split("; ")];
  if (own.startsWith(typed)) return 4;
  if (other.some((one) => one.startsWith(typed))) return 3;
  if (` ${own}`.includes(` ${typed}`)) return 2;
  return other.some((one) => ` ${one}`.includes(` ${typed}`)) ? 1 : 0;
}

/** Without capitals and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function ofPlace({ label, municipality, lat, lon, nis }: Place): Choice {
  return {
    label,
    note: names(label, municipality) ? "" : municipality,
    values: { lat: String(lat), lon: String(lon), nis, municipality },
  };
}

function ofListing({ id, title, organisation }: Found): Choice {
  return { label: title, note: organisation?.name ?? "", values: { id: String(id) } };
}

function ofMaterial({ name, path, code }: Material): Choice {
  return { label: name, note: path, values: { code } };
}

/** Most labels name the municipality already: "Gentbrugge (Gent)", "9000 Gent". */
function names(label: string, municipality: string): boolean {
  return label === municipality || label.endsWith(` ${municipality}`) || label.includes(`(${municipality})`);
}
