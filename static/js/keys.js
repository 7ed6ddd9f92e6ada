// Keys, driven by the markup, so that pages need no script of their own.
//
//   data-key="a"          pressing it clicks the element (or focuses a field)
//   data-go="q"           `g`, then the letter, follows the link
//   data-item             a row of a list: `j` and `k` move, `o` opens
//   data-item-link        the link of a row
//   data-confirm-keys     on a form: a key must be confirmed before it decides
//   data-key-label        what the list of keys says, if not the element's own text
//   data-open-dialog      the id of the dialog that the element opens
//
// Single letters can be switched off (WCAG 2.2, 2.1.4): the list has a box for it.

const GO_MS = 1500;
const OFF = "keys-off";
const keysDialog = document.getElementById("keys-dialog");
const confirmDialog = document.getElementById("confirm-dialog");
let goUntil = 0;
let asked = null;

const isOn = () => localStorage.getItem(OFF) === null;
const isShown = (element) => element.checkVisibility?.() ?? true;
const first = (selector, root = document) =>
  [...root.querySelectorAll(selector)].find(isShown);

function isTyping(target) {
  return target.closest?.("input, select, textarea, [contenteditable]") !== null;
}

function currentItem() {
  return document.activeElement?.closest("[data-item]") ?? null;
}

function move(step) {
  const items = [...document.querySelectorAll("[data-item]")].filter(isShown);
  const at = items.indexOf(currentItem());
  const next = items[at < 0 ? 0 : Math.min(Math.max(at + step, 0), items.length - 1)];
  next?.querySelector("[data-item-link]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The element behind a letter: in the row that has the focus first. */
function elementFor(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const item = currentItem();
  return (item && first(selector, item)) ?? first(selector) ?? inClosedMenu(selector);
}

function inClosedMenu(selector) {
  const element = document.querySelector(`details:not([open]) ${selector}`);
  return element && isShown(element.closest("details")) ? element : null;
}

function ask(form, button) {
  confirmDialog.querySelector("[data-confirm-words]").textContent = form.dataset.confirmKeys;
  confirmDialog.querySelector("[data-confirm-yes]").textContent =
    `Yes: ${button.dataset.keyLabel ?? button.textContent.trim()}`;
  asked = button;
  confirmDialog.showModal();
}

/** The answer is the press itself: a close event comes late, after the next question. */
function confirmed() {
  confirmDialog.close();
  asked?.click();
  asked = null;
}

function press(element) {
  if (element.matches("input, select, textarea")) element.focus();
  else if (needsAsking(element)) ask(element.form, element);
  else element.click();
}

/** A verdict on what cannot be taken back, from a single letter. */
function needsAsking(button) {
  const opensEditor =
    button.hasAttribute("data-needs-editor") && document.querySelector("[data-editor]:not([open])");
  return (
    button.hasAttribute("data-arm") &&
    button.form?.dataset.confirmKeys &&
    button.getAttribute("aria-disabled") !== "true" &&
    !opensEditor
  );
}

function go(key) {
  goUntil = 0;
  first(`[data-go="${CSS.escape(key)}"]`)?.click();
}

const moves = {
  j: () => move(1),
  k: () => move(-1),
  o: () => currentItem()?.querySelector("[data-item-link]")?.click(),
  g: () => {
    goUntil = performance.now() + GO_MS;
  },
  "?": () => openKeys(),
};

function onKey(event) {
  const { key, ctrlKey, metaKey, altKey, repeat, target, defaultPrevented } = event;
  if (defaultPrevented || ctrlKey || metaKey || altKey || key.length !== 1) return;
  if (isTyping(target) || document.querySelector("dialog[open]") || !isOn()) return;
  if (performance.now() < goUntil) {
    event.preventDefault();
    go(key);
    return;
  }
  if (repeat && key !== "j" && key !== "k") return;
  const element = elementFor(key);
  if (!element && !moves[key]) return;
  event.preventDefault();
  if (element) press(element);
  else moves[key]();
}

// The list ------------------------------------------------------------------

function describe() {
  const listed = new Map();
  if (document.querySelector("[data-item]")) {
    listed.set("j k", "Next, previous row").set("o", "Open the row");
  }
  for (const element of document.querySelectorAll("[data-key]")) {
    const words = element.dataset.keyLabel ?? element.textContent;
    listed.set(element.dataset.key, words.trim());
  }
  for (const element of document.querySelectorAll("[data-go]")) {
    const label = element.querySelector(".nav-label") ?? element;
    listed.set(`g ${element.dataset.go}`, `Go to ${label.textContent.trim()}`);
  }
  return listed.set("?", "This list");
}

function openKeys() {
  const list = keysDialog.querySelector("[data-key-list]");
  list.replaceChildren(
    ...[...describe()].flatMap(([keys, words]) => {
      const mark = document.createElement("span");
      for (const key of keys.split(" ")) {
        mark.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
      }
      return [mark, Object.assign(document.createElement("span"), { textContent: words })];
    }),
  );
  keysDialog.querySelector("[data-keys-on]").checked = isOn();
  keysDialog.showModal();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open-dialog]");
  if (opener?.dataset.openDialog === "keys-dialog") openKeys();
  else if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
});
confirmDialog?.querySelector("[data-confirm-yes]").addEventListener("click", confirmed);
keysDialog?.querySelector("[data-keys-on]").addEventListener("change", ({ target }) => {
  if (target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});
