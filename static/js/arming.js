// A decision is never an accident.
//
// Verdict buttons ([data-arm], in form[data-decide]) come disabled from the server and
// work only after the card ([data-arm-card]) was drawn, is in view, and the window has
// had focus for a moment. What began before that moment, such as the click that brought
// the window to the front, never decides. Buttons with [data-arm-needs-opened] also wait
// until every [data-must-open] fold of the card was opened.
//
// Users of other systems lost files to a prompt that took the focus from under their
// hands; a wait of about 250 ms after drawing is what they asked for.

const SETTLE_MS = 250;
const WORDS = {
  waiting: "The buttons work once the card has been in view for a moment.",
  unfocused: "Paused while this window is not in front.",
  ready: "",
};

const never = Infinity;
let form = null;
let card = null;
let drawn = false;
let inView = false;
let armedAt = never;
let timer = 0;
let press = { button: null, at: 0 };
let dwell = { total: 0, since: null };

const buttons = () => form.querySelectorAll("[data-arm]");
const unopened = () =>
  document.querySelectorAll("[data-must-open]:not([open], [data-opened])");
const isWatched = () => document.visibilityState === "visible" && document.hasFocus();
const closedEditor = (button) =>
  button.hasAttribute("data-needs-editor") &&
  document.querySelector("[data-editor]:not([open])");
const isHeldBack = (button) =>
  button.hasAttribute("data-arm-needs-opened") && unopened().length > 0 && !closedEditor(button);

function say(words) {
  const place = form.querySelector("[data-arm-state]");
  if (place && place.textContent !== words) place.textContent = words;
}

function show() {
  const armed = armedAt !== never;
  for (const button of buttons()) {
    // aria-disabled, not disabled: a disabled button would lose the keyboard's focus.
    button.setAttribute("aria-disabled", String(!armed || isHeldBack(button)));
    button.disabled = false;
  }
  form.dataset.armed = String(armed);
  const folded = unopened().length;
  if (!armed) say(isWatched() ? WORDS.waiting : WORDS.unfocused);
  else if (folded) say(`Open what is folded away (${folded}) before you approve.`);
  else say(WORDS.ready);
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
  if (!(drawn && inView && isWatched())) disarm();
  else if (armedAt === never && !timer) timer = setTimeout(arm, SETTLE_MS);
}

const sight = new IntersectionObserver((entries) => {
  inView = entries.at(-1).isIntersecting;
  consider();
});

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
  sight.disconnect();
  sight.observe(card);
  // Two frames: the first asks for the drawing, the second comes after it.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      drawn = true;
      consider();
    }),
  );
}

/** Why this button must not decide now, or "" if it may. */
function objection(button) {
  if (armedAt === never) return isWatched() ? WORDS.waiting : WORDS.unfocused;
  if (press.button === button && press.at < armedAt)
    return "That press began before the card was ready. Press again if you mean it.";
  if (isHeldBack(button))
    return `Open what is folded away (${unopened().length}) before you approve.`;
  return "";
}

/** The field that a verdict needs and that is still empty, or null. */
function missingField(button) {
  const field = button.dataset.needs && form.elements[button.dataset.needs];
  return field && !field.value.trim() ? field : null;
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
  if (words) {
    refuse(event, words);
    return;
  }
  const field = missingField(button);
  if (field) {
    refuse(event, field.name === "reason_code" ? "Choose a reason first." : "Write a line first.");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
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
document.addEventListener("input", (event) => event.target.removeAttribute?.("aria-invalid"));
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
