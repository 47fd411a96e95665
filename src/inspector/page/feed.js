// Fills the list: with what is there already, and with what the stream reports.
import { announceNew } from "./announce.js";
import { getJson } from "./api.js";
import { byId, replaceContent } from "./dom.js";
import { emptyNodes } from "./empty.js";
import { Entries } from "./entries.js";
import { showConnection } from "./header.js";
import { List } from "./list.js";
import { released } from "./press.js";
import { listHref } from "./route.js";
import { showSearchProblem } from "./search.js";
import { state } from "./state.js";
import { Stream } from "./stream.js";
import { count, entryWord, sizeOf } from "./words.js";

const firstPage = 200;
const pageSize = 5000;
const loadedAtOnce = 25000; // more rows are loaded when the list is scrolled to their place

const entries = new Entries();
export const list = new List(byId("scroller"), entries);
export const stream = new Stream(onConnection, onEvent);
let listeners = {};
let unseen = 0;
let loads = 0;
let loaded = false;
let loadingMore = false;
let loading = false;
let arrived = []; // what the stream reported, in order: { row } or { ids } that are gone. Drawn together
let arrivalTimer = null;

// `onRows` gets rows that are new or changed, and how many are new; `onLoad` hears that the
// list was loaded again; `onCount`, that another number of entries match; `clearSearch` is called by a button.
export function startFeed(callbacks) {
  listeners = callbacks;
  list.onEnd = loadMore;
  byId("scroller").addEventListener("scroll", () => list.atTop && showUnseen(0), { passive: true });
  byId("new-entries").addEventListener("click", () => {
    list.scrollToTop();
    list.focus(entries.at(0)?.id);
  });
}

// Loads the list. With `connect`, the stream begins anew with this search.
export async function loadList(connect) {
  const mine = ++loads;
  const known = arrived.length; // the response has these, or what came after them
  loading = true;
  try {
    const page = await getJson("/api/entries", { q: state.route.query, limit: firstPage });
    await released(byId("list-pane"));
    if (mine !== loads) return;
    loading = false;
    loaded = true;
    showSearchProblem("");
    arrived.splice(0, connect ? arrived.length : known);
    const newest = entries.at(0)?.n ?? 0;
    const fresh = page.entries.filter((row) => row.n > newest).length;
    list.keepPlace(() => entries.replaceAll(page.entries));
    setMatching(Math.max(page.matching, entries.length));
    if (connect) {
      list.scrollToTop();
      showUnseen(0);
      stream.open(state.route.query);
    } else {
      if (fresh) announceNew(fresh, state.info.mode);
      takeArrived();
      loadMore();
    }
    if (state.shown) list.select(state.shown.entry.id);
    if (!connect) listeners.onLoad();
  } catch (error) {
    if (mine !== loads) return;
    loading = false;
    if (error.status === 400) {
      showSearchProblem(error.message);
      stream.close();
      showConnection("paused");
    } else if (connect) setTimeout(() => mine === loads && loadList(true), 1000);
    else takeArrived();
  }
}

async function loadMore() {
  if (loadingMore || !entries.length || entries.length >= state.matching) return;
  loadingMore = true;
  const mine = loads;
  try {
    do {
      const before = entries.at(entries.length - 1).id;
      const page = await getJson("/api/entries", { q: state.route.query, before, limit: pageSize });
      if (mine !== loads) break;
      entries.add(page.entries);
      list.plan();
      if (!page.more) setMatching(entries.length);
      if (!page.more || !page.entries.length) break;
    } while (entries.length < loadedAtOnce);
  } catch {
    // The list goes on when it is scrolled, or with the next connection.
  }
  loadingMore = false;
  if (mine !== loads) loadMore();
}

function setMatching(number) {
  state.matching = number;
  list.total = number;
  byId("count").textContent = number || state.info.dropped ? countText(number) : "";
  const empty = byId("empty");
  empty.hidden = !loaded || number > 0;
  if (!empty.hidden) replaceContent(empty, emptyNodes(state.info, state.route.query, listeners.clearSearch));
  byId("scroller").hidden = !empty.hidden;
  showEmptiness();
  listeners.onCount();
}

function countText(number) {
  const { mode, dropped, max_bytes: memory } = state.info;
  const words = entryWord(mode, number) + (state.route.query ? (number === 1 ? " matches" : " match") : "");
  if (!dropped) return words;
  return words + " · " + count(dropped, "older one") + " dropped: the memory of " + sizeOf(memory) + " was full";
}

// With nothing to list, the page says only how to begin.
export function showEmptiness() {
  const { query, id, latest } = state.route;
  document.body.toggleAttribute("data-empty", !byId("empty").hidden && !query && !id && !latest);
}

function onConnection(connection, sentence) {
  showConnection(connection, sentence);
  if (connection === "refused") loadMore();
}

function onEvent(name, data, continued) {
  if (name === "hello") {
    if (data.run !== state.info.run) reloadPage();
    else if (!continued) loadList(false);
  } else if (name === "entry") {
    arrive({ row: data });
  } else if (name === "removed") {
    arrive({ ids: data.ids });
  } else if (name === "resync") loadList(false);
  else if (name === "ended") showConnection("ended");
}

// Another run has other entries, and another token. An open dialog is waited for.
function reloadPage() {
  stream.pause();
  const dialog = document.querySelector("dialog[open]");
  const reload = () => location.replace(state.route.latest ? location.href : listHref(state.route.query));
  if (dialog) dialog.addEventListener("close", reload);
  else reload();
}

function arrive(change) {
  arrived.push(change);
  arrivalTimer ??= setTimeout(async () => {
    await released(byId("list-pane"));
    takeArrived();
  }, 30);
}

// Draws what arrived, now or when the list is loaded. Of each id, the last change counts.
function takeArrived() {
  clearTimeout(arrivalTimer);
  arrivalTimer = null;
  if (loading || !arrived.length) return;
  const changed = new Map();
  const gone = new Set();
  for (const { row, ids } of arrived) {
    if (row) {
      gone.delete(row.id);
      changed.set(row.id, row);
    }
    for (const id of ids ?? []) {
      changed.delete(id);
      gone.add(id);
    }
  }
  arrived = [];
  const rows = [...changed.values()];
  const wasAtTop = list.atTop;
  const before = entries.length;
  let removed = 0;
  let added = 0;
  list.keepPlace(() => {
    entries.remove([...gone]);
    removed = before - entries.length;
    added = entries.add(rows);
  });
  setMatching(Math.max(entries.length, state.matching - removed + added));
  if (added) announceNew(added, state.info.mode);
  if (!wasAtTop) showUnseen(unseen + added);
  if (rows.length) listeners.onRows(rows, added);
  if (gone.size) showDropped();
}

// How many are not here any more because the memory was full.
async function showDropped() {
  try {
    state.info = await getJson("/api/state");
    await released(byId("list-pane"));
    setMatching(state.matching);
  } catch {
    // The indicator says that the connection is lost.
  }
}

function showUnseen(number) {
  unseen = number;
  const button = byId("new-entries");
  button.hidden = number === 0;
  button.textContent = "↑ " + number.toLocaleString("en") + " new";
}
