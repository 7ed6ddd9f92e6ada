// The column of facts stays beside a long text without being cut: one that is higher
// than its window scrolls until its end is in view, and stays there ([data-side]).

const GAP = 16;
const side = document.querySelector("[data-side]");

function place() {
  const bar = document.querySelector(".bar")?.offsetHeight ?? 0;
  const room = innerHeight - bar - side.offsetHeight - GAP;
  side.style.setProperty("--side-top", `${Math.min(GAP, room)}px`);
}

if (side) {
  new ResizeObserver(place).observe(side);
  addEventListener("resize", place);
}
