// Tells screen readers what changed, at most every five seconds.
import { byId } from "./dom.js";
import { entryWord } from "./words.js";

const interval = 5000;
let newEntries = 0;
let sentence = "";
let timer = null;
let spokenAt = -interval;

export function announceNew(number, mode) {
  newEntries += number;
  plan(() => (newEntries ? "New: " + entryWord(mode, newEntries) : ""));
}

// Something the user has just done: it is said at once.
export function announce(text) {
  sentence = text;
  speak();
}

let words = () => "";

function plan(next) {
  words = next;
  if (timer === null) timer = setTimeout(speak, Math.max(0, spokenAt + interval - performance.now()));
}

function speak() {
  clearTimeout(timer);
  timer = null;
  const text = sentence || words();
  if (!sentence) newEntries = 0;
  else if (newEntries) timer = setTimeout(speak, interval);
  sentence = "";
  if (!text) return;
  spokenAt = performance.now();
  byId("announcements").textContent = text;
}
