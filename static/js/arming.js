// A decision is never an accident.
//
// Verdict buttons ([data-arm], in form[data-decide]) come disabled from the server and
// work only after the card ([data-arm-card]) was drawn, is in view, and the window has
// had focus for a moment. What began before that moment, such as the click that brought
// the window to the front, never decides. Buttons with [data-arm-needs-opened] also wait
// until every [data-must-open] fold of the card was opened, and every [data-must-see]
// place was in view for a second. Who changed what will run ([data-as-asked]) cannot
// approve what was asked by mistake.
//
// Users of other systems lost files to a prompt that took the focus from under their
// hands; a wait of about 250 ms after drawing is what they asked for.

const SETTLE_MS = 250;
const SEEN_MS = 1000;
const WORDS = {
  waiting: "The buttons work once the card has been in view for a moment.",
  unfocused: "Paused while this window is not in front.",
  unseen: "Before you approve: look at why the agent wants it.",
  edited: "You changed what will run: press Approve edited, or put it back.",
};

const never = Infinity;
let form = null;
let card = null;
let drawn = false;
let inView = false;
let armedAt = never;
let timer = 0;
let seeing = 0;
let press = { button: null, at: 0 };
let dwell = { total: 0, since: null };
const glimpsed = new Set(); // places that must be seen, now in view
let sight = null;

const buttons = () => form.querySelectorAll("[data-arm]");
const unopened = () =>
  document.querySelectorAll("[data-must-open]:not([open], [data-opened])");
const unseen = () => document.querySelector("[data-must-see]:not([data-seen])");
const isWatched = () => document.visibilityState === "visible" && document.hasFocus();
const closedEditor = (button) =>
  button.hasAttribute("data-needs-editor") &&
  document.querySelector("[data-editor]:not([open])");

function isEdited() {
  const place = document.querySelector("[data-as-asked]");
  return place !== null && place.value !== place.dataset.asAsked;
}

/** What stands between this button and its verdict, or "". */
function hindrance(button) {
  if (!button.hasAttribute("data-arm-needs-opened") || closedEditor(button)) return "";
  if (button.value === "approve" && isEdited()) return WORDS.edited;
  const folded = unopened().length;
  if (folded) return `Open what is folded away (${folded}) before you approve.`;
  return unseen() ? WORDS.unseen : "";
}

function say(words) {
  const place = form.querySelector("[data-arm-state]");
  if (place && place.textContent !== words) place.textContent = words;
}

function show() {
  // A refusal takes the form away while a look is still being counted.
  if (!form) return;
  const armed = armedAt !== never;
  let words = "";
  for (const button of buttons()) {
    const hindered = hindrance(button);
    // aria-disabled, not disabled: a disabled button would lose the keyboard's focus.
    button.setAttribute("aria-disabled", String(!armed || hindered !== ""));
    button.disabled = false;
    words ||= hindered;
  }
  form.dataset.armed = String(armed);
  if (!armed) words = isWatched() ? WORDS.waiting : WORDS.unfocused;
  say(words);
  const putBack = document.querySelector("[data-edited]");
  if (putBack) putBack.hidden = !isEdited();
}

function arm() {
  timer = 0;
  armedAt = performance.now();
  show();
}

function disarm() {
  clearTimeout(timer);
  timer = 0;
  armedAt = never;
  show();
}

function countDwell() {
  const now = performance.now();
  if (dwell.since !== null) dwell.total += now - dwell.since;
  dwell.since = isWatched() && inView ? now : null;
}

function consider() {
  if (!form) return;
  countDwell();
  lookAgain();
  if (!(drawn && inView && isWatched())) disarm();
  else if (armedAt === never && !timer) timer = setTimeout(arm, SETTLE_MS);
}

/** A place counts as seen after a second in view of somebody; each look starts anew. */
function lookAgain() {
  clearTimeout(seeing);
  if (!isWatched() || glimpsed.size === 0) return;
  seeing = setTimeout(() => {
    for (const place of glimpsed) place.dataset.seen = "";
    glimpsed.clear();
    show();
  }, SEEN_MS);
}

function look(entries) {
  for (const { target, isIntersecting } of entries) {
    if (target === card) inView = isIntersecting;
    else if (isIntersecting && !("seen" in target.dataset)) glimpsed.add(target);
    else glimpsed.delete(target);
  }
  consider();
}

/** Watch the card and what must be seen of it; what lies behind the bar is not seen. */
function watch() {
  sight?.disconnect();
  glimpsed.clear();
  const bar = form.closest(".bar")?.offsetHeight ?? 0;
  sight = new IntersectionObserver(look, { rootMargin: `0px 0px -${bar}px 0px` });
  sight.observe(card);
  document.querySelectorAll("[data-must-see]").forEach((place) => sight.observe(place));
}

function attach() {
  const found = document.querySelector("form[data-decide]");
  if (!found) {
    form = null;
    return;
  }
  const foundCard = document.querySelector("[data-arm-card]") ?? found;
  if (found === form && foundCard === card) return;
  if (foundCard !== card) dwell = { total: 0, since: null };
  [form, card, drawn, inView] = [found, foundCard, false, false];
  disarm();
  watch();
  openEdited();
  // Two frames: the first asks for the drawing, the second comes after it.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      drawn = true;
      consider();
    }),
  );
}

/** An edit that was kept from before is never out of sight. */
function openEdited() {
  const editor = document.querySelector("[data-editor]");
  if (editor && isEdited()) editor.open = true;
}

/** Why this button must not decide now, or "" if it may. */
function objection(button) {
  if (armedAt === never) return isWatched() ? WORDS.waiting : WORDS.unfocused;
  if (press.button === button && press.at < armedAt)
    return "That press began before the card was ready. Press again if you mean it.";
  return hindrance(button);
}

function refuse(event, words) {
  event.preventDefault();
  event.stopImmediatePropagation();
  say(words);
}

function guardClick(event) {
  const button = event.target.closest?.("[data-arm]");
  if (!button || !form?.contains(button)) return;
  const editor = closedEditor(button);
  if (editor) {
    refuse(event, "Change what is to run, then press Approve edited.");
    editor.open = true;
    editor.querySelector("textarea, input")?.focus();
    return;
  }
  const words = objection(button);
  press = { button: null, at: 0 };
  if (!words) return;
  refuse(event, words);
  if (words === WORDS.unseen) unseen().scrollIntoView({ block: "center" });
}

function guardSubmit(event) {
  if (event.target !== form || !event.submitter?.hasAttribute("data-arm")) return;
  const words = objection(event.submitter);
  if (words) {
    refuse(event, words);
    return;
  }
  countDwell();
  form.elements.armed.value = "1";
  form.elements.dwell_ms.value = String(Math.round(dwell.total));
  form.elements.opened.value = unopened().length ? "" : "1";
  form.elements.seen.value = unseen() ? "" : "1";
}

function notePress(event) {
  if (event.repeat) return;
  press = { button: event.target.closest?.("[data-arm]"), at: event.timeStamp };
}

addEventListener("pointerdown", notePress, true);
addEventListener("keydown", notePress, true);
addEventListener("click", guardClick, true);
addEventListener("submit", guardSubmit, true);
addEventListener("focus", consider);
addEventListener("blur", consider);
document.addEventListener("visibilitychange", consider);
document.addEventListener("input", ({ target }) => {
  if (form && target.matches("[data-as-asked]")) show();
});
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-put-back]")) return;
  const place = document.querySelector("[data-as-asked]");
  place.value = place.dataset.asAsked;
  place.dispatchEvent(new Event("input", { bubbles: true }));
  place.focus();
});
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("[data-must-open][open]")) event.target.dataset.opened = "";
    if (event.target.matches("[data-editor]")) labelEdit(event.target.open);
    if (form) show();
  },
  true,
);
document.addEventListener("htmx:afterSettle", attach);
attach();

function labelEdit(isOpen) {
  const button = form?.querySelector("[data-needs-editor]");
  const text = [...(button?.childNodes ?? [])].find((node) => node.nodeType === 3);
  if (text) text.textContent = isOpen ? "Approve edited" : "Edit";
}
