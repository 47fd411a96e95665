// What is pressed is not redrawn or moved before it is released: a browser makes no click of a press
// whose element is gone by then, or lies elsewhere.

const tapDelay = 350; // the click of a finger comes after its release

let held = null; // the element that is pressed
let releaseTimer = null;
const waiting = []; // what to call after the release

export function startPress() {
  addEventListener("pointerdown", hold, true);
  addEventListener("pointerup", (event) => release(event.pointerType === "mouse" ? 0 : tapDelay), true);
  addEventListener("pointercancel", () => release(0), true);
  addEventListener("blur", () => release(0)); // of the window
  // The release of a scrollbar, or outside of the window, may not be told.
  addEventListener("pointermove", (event) => event.pointerType === "mouse" && !event.buttons && release(0), true);
}

// Resolves at once, or, while something in `place` is pressed, after the release and its click.
export function released(place) {
  return new Promise((resolve) => (isPressed(place) ? waiting.push(resolve) : resolve()));
}

// The place itself is pressed where it has a scrollbar.
function isPressed(place) {
  return held !== null && held !== place && place.contains(held);
}

function hold(event) {
  clearTimeout(releaseTimer);
  held = event.target;
}

// The click of a mouse comes in the same task as its release.
function release(delay) {
  if (held === null) return;
  clearTimeout(releaseTimer);
  releaseTimer = setTimeout(() => {
    held = null;
    for (const resolve of waiting.splice(0)) resolve();
  }, delay);
}
