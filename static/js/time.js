// Keeps times true while a page is open: "3 min ago", "4 min left".
// The words and the steps are those of reviewapp/core/look/spans.py.

const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];
const SOON_BELOW = 0.25;
const SOON_SECONDS = 120;

function words(seconds, parts = 1) {
  const at = UNITS.findIndex(([size]) => seconds >= size);
  const [size, unit] = UNITS.at(at);
  const said = `${Math.floor(seconds / size)} ${unit}`;
  const rest = Math.floor(seconds) % size;
  const next = UNITS[at + 1];
  return parts > 1 && at >= 0 && next && rest >= next[0] ? `${said} ${words(rest)}` : said;
}

/** Hours are told to the minute, and the last two minutes to the second. */
function timeLeft(left) {
  const seconds = Math.abs(left);
  const isFine = (seconds >= 3_600 && seconds < 86_400) || (left > 0 && left < SOON_SECONDS);
  return `${words(seconds, isFine ? 2 : 1)} ${left > 0 ? "left" : "late"}`;
}

function relative(seconds) {
  if (Math.abs(seconds) < 5) return "just now";
  return seconds > 0 ? `in ${words(seconds)}` : `${words(-seconds)} ago`;
}

function step(left, given) {
  if (left <= 0) return "late";
  return left < Math.max(SOON_SECONDS, given * SOON_BELOW) ? "soon" : "plenty";
}

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

function tickDeadline(element, now) {
  const until = Date.parse(element.dateTime);
  const left = (until - now) / 1000;
  const given = element.dataset.start ? (until - Date.parse(element.dataset.start)) / 1000 : 0;
  element.dataset.step = step(left, given);
  write(element.querySelector("[data-words]"), timeLeft(left));
}

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-relative]")) {
    write(element, relative((Date.parse(element.dateTime) - now) / 1000));
  }
  for (const element of document.querySelectorAll("time[data-until]")) {
    tickDeadline(element, now);
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
