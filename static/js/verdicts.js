// The fields of the decision bar: what a verdict still needs is said where it is missing.
//
// Loaded behind arming.js, whose guard of clicks comes first: what arrives here is meant.
//   data-needs="name"      a verdict that needs this field
//   data-error-of="name"   where it is said what is wrong with a field
//   data-verdict           on an optgroup: the verdict that its reasons go with
//   data-bar-more          shows the fields where a small screen hides them
//
// Without script all reasons stand in their groups, and the server says what is missing.

const TO = {
  approve: "to approve",
  edit: "to approve it edited",
  reject: "to reject",
  answer: "to answer",
};
const errorOf = (name) => document.querySelector(`[data-error-of="${CSS.escape(name)}"]`);
const fieldOf = (name) => document.querySelector(`[name="${CSS.escape(name)}"]`);

function say(field, words) {
  const place = errorOf(field.name);
  if (!place) return;
  place.querySelector("[data-error-words]").textContent = words;
  place.hidden = words === "";
  if (words) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

function openFields(form, isOpen = true) {
  form.toggleAttribute("data-open", isOpen);
  form.querySelector("[data-bar-more]")?.setAttribute("aria-expanded", String(isOpen));
}

// Reasons --------------------------------------------------------------------

const groups = new WeakMap(); // select → its optgroups, as they came

function groupsOf(select) {
  if (!groups.has(select)) groups.set(select, [...select.querySelectorAll("optgroup")]);
  return groups.get(select);
}

/** Offer only the reasons for one verdict; a chosen one of another is let go. */
function narrow(select, verdict) {
  const own = groupsOf(select).find((group) => group.dataset.verdict === verdict);
  if (!own) return;
  const chosen = select.value;
  select.replaceChildren(select.options[0], own);
  select.value = [...own.children].some(({ value }) => value === chosen) ? chosen : "";
  const label = select.form.querySelector("[data-reason-label]");
  if (label) label.textContent = `Reason ${own.label.toLowerCase()}`;
}

/** What was chosen for another verdict, or "". */
function misfit(select, verdict) {
  const group = select.selectedOptions[0]?.parentElement;
  return group?.matches?.("optgroup") && group.dataset.verdict !== verdict
    ? select.selectedOptions[0].textContent.trim()
    : "";
}

function complaintAboutReason(button, select) {
  const other = misfit(select, button.value);
  narrow(select, button.value);
  const isNeeded = button.dataset.needs === select.name;
  const orNone = isNeeded ? "" : ", or none";
  if (other) return `“${other}” is no reason ${TO[button.value]}. Choose another${orNone}.`;
  return isNeeded && !select.value ? `Choose a reason ${TO[button.value]}.` : "";
}

// Verdicts -------------------------------------------------------------------

/** The first field that stands in the way of a verdict, and why. */
function complaint(button) {
  const { reason_code: select, comment } = button.form.elements;
  const words = select ? complaintAboutReason(button, select) : "";
  if (words) return [select, words];
  if (button.dataset.needs === "comment" && !comment.value.trim())
    return [comment, "Write to the agent what it should do or know instead."];
  return null;
}

function guardFields(event) {
  const button = event.target.closest?.("[data-decide] [data-arm]");
  const found = button && complaint(button);
  if (!found) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  openFields(button.form);
  say(...found);
  // The bar is in view as it is; the card stays where it is being read.
  found[0].focus({ preventScroll: true });
}

/** After a refusal of the server: to the first field that is wrong. */
function goToError() {
  const editor = fieldOf("arguments");
  if (editor && errorOf("arguments")?.hidden === false)
    editor.setAttribute("aria-invalid", "true");
  const wrong = document.querySelector("#decide [aria-invalid], [data-editor] [aria-invalid]");
  wrong?.focus({ preventScroll: wrong.form.contains(wrong) });
}

addEventListener("click", guardFields, true);
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-bar-more]");
  if (button) openFields(button.form, !button.form.hasAttribute("data-open"));
});
document.addEventListener("input", ({ target }) => {
  if (target.name && errorOf(target.name)) say(target, "");
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "decision" || detail.elt?.id === "decision") goToError();
});
