// Asking the API: the one place where an answer gets the type that the OpenAPI document gives it.
import type { paths } from "./types";

type Body<Operation> = Operation extends { responses: { 200: { content: infer Content } } }
  ? Content[keyof Content]
  : never;

/** What GET of an address answers; addresses are called as the document calls them. */
export type Answer<Path extends keyof paths> = Body<paths[Path]["get"]>;

/** What the API answers at an address that the page has from the server; null where it refuses. */
export async function ask<Path extends keyof paths>(
  address: string | URL,
  signal: AbortSignal | null = null,
): Promise<Answer<Path> | null> {
  const response = await fetch(address, {
    signal,
    headers: { Accept: "application/json, application/geo+json", "Accept-Language": document.documentElement.lang },
  });
  return response.ok ? ((await response.json()) as Answer<Path>) : null;
}
