// Browser notices: off until a person asks for them by a click, never with more words
// than the server sent for this person, and only while no tab of ours is in front.

const button = document.querySelector("[data-notify]");
const OFF = "notices-off";
const isAllowed = () =>
  window.Notification?.permission === "granted" && localStorage.getItem(OFF) === null;

function show() {
  if (!button || !("Notification" in window)) return;
  button.hidden = false;
  const words = button.querySelector("[data-notify-words]");
  button.disabled = Notification.permission === "denied";
  if (button.disabled) words.textContent = "Browser notices: blocked";
  else words.textContent = isAllowed() ? "Browser notices: on" : "Browser notices: off";
  button.setAttribute("aria-pressed", String(isAllowed()));
}

async function toggle() {
  if (isAllowed()) localStorage.setItem(OFF, "1");
  else {
    localStorage.removeItem(OFF);
    await Notification.requestPermission();
  }
  show();
}

function notify({ detail }) {
  if (!isAllowed() || document.hasFocus() || !detail?.title) return;
  // The same tag in every tab: one notice, not one for each.
  const notice = new Notification(detail.title, { body: detail.body ?? "", tag: detail.id });
  notice.onclick = () => {
    window.focus();
    if (detail.url) location.assign(detail.url);
  };
}

button?.addEventListener("click", toggle);
document.body.addEventListener("live:notices", notify);
show();
