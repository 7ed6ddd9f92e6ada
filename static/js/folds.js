// Folds: menus that close by themselves, and all folds of a list opened at once.
//
//   details.menu                closes on Escape, and on a press outside of it
//   data-open-all="id"          opens, or closes, every fold inside the element
//   data-words-open, -close     what the button says for each

const openMenus = () => document.querySelectorAll("details.menu[open]");

addEventListener("pointerdown", ({ target }) => {
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-open-all]");
  const list = button && document.getElementById(button.dataset.openAll);
  if (!list) return;
  const folds = [...list.querySelectorAll("details")];
  const isOpening = folds.some((fold) => !fold.open);
  for (const fold of folds) fold.open = isOpening;
  button.textContent = isOpening ? button.dataset.wordsClose : button.dataset.wordsOpen;
});
