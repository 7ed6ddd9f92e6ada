// A form is sent once, and a failure is said where it happened.
//
// form[data-once] takes no second submit while the first is under way. When a fragment
// cannot be fetched or sent at all, the page's [data-failure] notice says so.

const sending = new WeakSet();
const failure = document.querySelector("[data-failure]");

function done(form) {
  sending.delete(form);
  form.removeAttribute("aria-busy");
}

function say(words) {
  if (!failure) return;
  failure.querySelector("[data-failure-words]").textContent = words;
  failure.hidden = false;
  failure.scrollIntoView({ block: "nearest" });
}

function guardSubmit(event) {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.setAttribute("aria-busy", "true");
  sending.add(form);
}

// While it comes down the document: behind arming.js, which may refuse it at the window,
// and before htmx, which takes it at the form.
document.addEventListener("submit", guardSubmit, true);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  done(detail.elt);
  if (detail.successful && failure) failure.hidden = true;
});
// What the last act did is old news once the next one is sent; a heartbeat is none.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const isAct = detail.requestConfig.verb !== "get" && !detail.elt.matches("[data-keep-claim]");
  if (isAct) document.getElementById("messages")?.replaceChildren();
});
document.addEventListener("htmx:sendError", () => say("The server could not be reached."));
document.addEventListener("htmx:timeout", () => say("The server took too long to answer."));
document.addEventListener("htmx:responseError", ({ detail }) =>
  say(`The server failed (${detail.xhr.status}).`),
);
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-back]")) history.back();
});
// A page that comes back from the browser's cache is fresh again.
addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach(done));
