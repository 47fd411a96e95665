// What is pressed is not redrawn or moved before it is released: a browser makes no click of a press
// whose element is gone by then, or lies elsewhere.

let held = null; // the element that is pressed
const waiting = new Map(); // what to call -> where

export function startPress() {
  addEventListener("pointerdown", (event) => (held = event.target), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, release, true);
  addEventListener("blur", release); // of the window
  // The release of a scrollbar, or outside of the window, may not be told.
  addEventListener("pointermove", (event) => event.pointerType === "mouse" && event.buttons === 0 && release(), true);
}

// Calls `change` now, or, while something in `place` is pressed, after the release and its click.
// The same function waits only once.
export function whenReleased(place, change) {
  if (isPressed(place)) waiting.set(change, place);
  else change();
}

// The place itself is pressed where it has a scrollbar.
function isPressed(place) {
  return held !== null && held !== place && place.contains(held);
}

function release() {
  if (held === null) return;
  held = null;
  setTimeout(() => {
    const changes = [...waiting];
    waiting.clear();
    for (const [change, place] of changes) whenReleased(place, change);
  });
}
