// One stream of news for all of a person's tabs, and nothing that moves under a reader.
//
// A message {"verb": "request.submitted", …} becomes the event `live:requests` on the
// body, and `live:all`; a fragment listens with hx-trigger="live:requests from:body". While a person's
// pointer or focus is inside a [data-hold] region, its fragments wait, and a quiet line
// ([data-held], beside it) says how many changes there are.
//
// A browser allows about six connections to a server without HTTP/2, so only one tab
// holds the stream (a Web Lock elects it) and tells the others by a channel.

const LOST_AFTER_MS = 3_000;
const RELEASE_AFTER_MS = 1_200;
const RECENT_MS = 10_000;
const person = document.body.dataset.person;
const channel = new BroadcastChannel(`live-${person}`);
const stateLine = document.querySelector("[data-live-state]");
let lastId = document.body.dataset.liveAfter ?? "";
let lostTimer = 0;

// News -------------------------------------------------------------------------

function topicOf(message) {
  const noun = message.verb.split(".")[0];
  return noun.endsWith("s") ? noun : `${noun}s`;
}

/** Every topic that some part of this page listens to. */
function topicsHere() {
  const triggers = [...document.querySelectorAll("[hx-trigger*='live:']")];
  const names = triggers.flatMap((part) => part.getAttribute("hx-trigger").match(/live:\w+/g));
  return new Set(names.map((name) => name.slice("live:".length)));
}

function tell(message, id) {
  if (id) lastId = id;
  // Too much happened while we were away to be told one by one: fetch all of it anew.
  const missed = message.verb === "live.missed";
  for (const topic of missed ? topicsHere() : [topicOf(message), "all"]) {
    document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: message }));
  }
}

function showState(state) {
  clearTimeout(lostTimer);
  lostTimer = 0;
  if (!stateLine || stateLine.dataset.state === state) return;
  stateLine.dataset.state = state;
  stateLine.textContent =
    state === "live" ? "Live" : `Reconnecting; as of ${new Date().toLocaleTimeString()}`;
}

function showLostSoon() {
  // A blink of the network is not worth a word.
  lostTimer ||= setTimeout(showState, LOST_AFTER_MS, "lost");
}

function spread(kind, message = null, id = "") {
  channel.postMessage({ kind, message, id });
  receive({ kind, message, id });
}

function receive({ kind, message, id }) {
  if (kind === "news") tell(message, id);
  else if (kind === "live") showState("live");
  else if (kind === "lost") showLostSoon();
  else if (kind === "hello" && source) greet();
}

// What a new tab may have missed between being drawn and listening. Others hear it
// twice, which only fetches once more.
let recent = []; // [{ at, message, id }]

function remember(message, id) {
  const now = Date.now();
  recent = [...recent.filter(({ at }) => now - at < RECENT_MS), { at: now, message, id }];
}

function greet() {
  channel.postMessage({ kind: sourceState() });
  const since = Date.now() - RECENT_MS;
  for (const { at, message, id } of recent) {
    if (at > since) channel.postMessage({ kind: "news", message, id });
  }
}

let source = null;
const sourceState = () => (source.readyState === EventSource.OPEN ? "live" : "lost");

function listen(url) {
  const address = new URL(url, location);
  if (lastId) address.searchParams.set("after", lastId);
  source = new EventSource(address);
  source.onopen = () => spread("live");
  source.onerror = () => {
    spread("lost");
    // Refused, not broken: the browser gives up by itself, for instance after sign-out.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 15_000, url);
  };
  source.onmessage = (event) => {
    const message = JSON.parse(event.data);
    remember(message, event.lastEventId);
    spread("news", message, event.lastEventId);
  };
}

function start(url) {
  channel.onmessage = ({ data }) => receive(data);
  channel.postMessage({ kind: "hello" });
  // Locks need a secure context; without one each tab listens for itself.
  if (!navigator.locks) return listen(url);
  return navigator.locks.request(`live-${person}`, () => {
    listen(url);
    return new Promise(() => {}); // held until the tab goes
  });
}

// Holding still ------------------------------------------------------------------

const held = new Map(); // region → names of the events it waits to hear again

const isRead = (region) => region.matches(":hover, :focus-within");

// The line stands beside its region, not in it: going to press it must not let go.
function showHeld(region) {
  const line = region.parentElement.querySelector("[data-held]");
  if (!line) return;
  const changes = Number(region.dataset.changes ?? 0);
  line.hidden = changes === 0;
  line.textContent = changes === 1 ? "1 change: show" : `${changes} changes: show`;
}

function release(region) {
  const waiting = held.get(region);
  if (!waiting) return;
  held.delete(region);
  region.dataset.changes = "0";
  showHeld(region);
  region.dataset.releasing = "";
  for (const name of waiting) document.body.dispatchEvent(new CustomEvent(name));
  delete region.dataset.releasing;
}

document.addEventListener("htmx:confirm", (event) => {
  const name = event.detail.triggeringEvent?.type ?? "";
  const region = event.target.closest?.("[data-hold]");
  if (!name.startsWith("live:") || !region || "releasing" in region.dataset) return;
  if (!isRead(region)) return;
  event.preventDefault();
  if (!held.has(region)) held.set(region, new Set());
  held.get(region).add(name);
  region.dataset.changes = String(Number(region.dataset.changes ?? 0) + 1);
  showHeld(region);
});

document.addEventListener("click", (event) => {
  const line = event.target.closest?.("[data-held]");
  if (line) for (const region of [...held.keys()]) release(region);
});

// Let go by itself once nobody reads there any more.
setInterval(() => {
  for (const region of [...held.keys()]) if (!isRead(region)) release(region);
}, RELEASE_AFTER_MS);

if (document.body.dataset.live) start(document.body.dataset.live);
