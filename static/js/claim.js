// The heartbeat of a claim: while the reviewer is at work on the card, the lease is
// kept; when they go away it lapses by itself, and the line says so when they come back.
//
// [data-keep-claim] listens for "keep" (hx-trigger) and swaps itself with the answer.

const BEAT_MS = 60_000;
const ACTIVE_FOR_MS = 120_000;
let activeAt = performance.now();

const isAtWork = () =>
  document.visibilityState === "visible" && performance.now() - activeAt < ACTIVE_FOR_MS;

function beat() {
  const line = document.querySelector("[data-keep-claim]");
  if (line && isAtWork()) line.dispatchEvent(new CustomEvent("keep"));
}

function noteActivity() {
  const wasAway = !isAtWork();
  activeAt = performance.now();
  // Back from a break: ask at once whether the claim still holds.
  if (wasAway) beat();
}

for (const name of ["pointerdown", "keydown", "scroll", "input"]) {
  addEventListener(name, noteActivity, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", noteActivity);
setInterval(beat, BEAT_MS);
