// What a person typed is never lost. Fields of form[data-keep="name"] are kept in this
// tab until the server has taken them: through an expired session, a failed check of the
// form's token, a lost connection. They are forgotten on success and on sign-out.
//
// Kept per person, so that the next one at the same screen finds nothing.

const PREFIX = "draft:";
const SENT = "draft-sent";
const person = document.body.dataset.person ?? "";
const isKeepingPage = document.body.dataset.drafts === "keep";
const keyOf = (form) => `${PREFIX}${person}:${form.dataset.keep}`;

function fields(form) {
  return [...form.elements].filter(
    (field) =>
      field.name &&
      field.matches("textarea, select, input[type=text], input[type=search], input:not([type])"),
  );
}

const isUntouched = (field) =>
  field.matches("select") ? field.selectedIndex <= 0 : field.value === field.defaultValue;

function keep(form) {
  const touched = fields(form).filter((field) => !isUntouched(field));
  const words = Object.fromEntries(touched.map((field) => [field.name, field.value]));
  sessionStorage.setItem(keyOf(form), JSON.stringify(words));
}

function restore(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept || form.dataset.restored !== undefined) return;
  form.dataset.restored = "";
  const words = JSON.parse(kept);
  for (const field of fields(form)) {
    if (isUntouched(field) && words[field.name]) field.value = words[field.name];
  }
}

function forgetSent() {
  const sent = sessionStorage.getItem(SENT);
  if (sent) sessionStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

function forgetOthers() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${person}:`)) {
      sessionStorage.removeItem(key);
    }
  }
}

/** On a page that says the sending failed, give the words back to copy. */
function showKept() {
  const place = document.querySelector("[data-kept-words]");
  const kept = sessionStorage.getItem(sessionStorage.getItem(SENT) ?? "");
  if (!place || !kept) return;
  const texts = Object.values(JSON.parse(kept)).filter((text) => text.trim());
  if (!texts.length) return;
  place.querySelector("textarea").value = texts.join("\n\n");
  place.hidden = false;
}

function start() {
  if (isKeepingPage) {
    showKept();
    sessionStorage.removeItem(SENT); // it was not taken: the draft stays
  } else {
    forgetSent();
    forgetOthers();
    document.querySelectorAll("form[data-keep]").forEach(restore);
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.matches("[data-keep]")) keep(target.form);
});
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-forget]")) sessionStorage.clear();
  else if (target.matches("[data-keep]")) sessionStorage.setItem(SENT, keyOf(target));
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  // htmx sent it in place of the browser, so the answer is known here. The form itself
  // may be swapped out by now: then `detail.elt` is what it stood in.
  const form = detail.requestConfig?.elt;
  if (!form?.matches("form[data-keep]")) return;
  // Not `detail.successful`: a refusal that is shown in place counts as success there.
  const taken = detail.xhr.status >= 200 && detail.xhr.status < 300;
  if (taken) sessionStorage.removeItem(keyOf(form));
  sessionStorage.removeItem(SENT);
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.matches?.("form[data-keep]")) restore(target);
  target.querySelectorAll?.("form[data-keep]").forEach(restore);
});
start();
