// The page's URLs: / (the list), /entries/ID, /latest; the search is ?q= in each of them.
import { withQuery } from "./api.js";

export function entryHref(id, query) {
  return withQuery("/entries/" + encodeURIComponent(id), { q: query });
}

export function listHref(query) {
  return withQuery("/", { q: query });
}

export function latestHref(query) {
  return withQuery("/latest", { q: query });
}

// Returns what the page's URL asks for: an entry, the latest, or neither.
export function readRoute() {
  const query = new URLSearchParams(location.search).get("q") ?? "";
  const match = /^\/entries\/([^/]+)$/.exec(location.pathname);
  let id = null;
  try {
    id = match ? decodeURIComponent(match[1]) : null;
  } catch {
    // Not an id that we have made.
  }
  return { query, id, latest: location.pathname === "/latest" };
}

export function go(href, replace) {
  if (href === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", href);
}
