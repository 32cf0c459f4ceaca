// Runs before the page is painted, so it stays small and is not a module. It chooses the colours, opens and
// closes dialogs and counts letters. Phone pages keep the choice in sessionStorage: nothing outlives the tab.
(function () {
  "use strict";
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"];
  const key = root.dataset.surface === "wall" ? "ct-wall-theme" : "ct-theme";

  function store() {
    try {
      return root.dataset.themeStore === "local" ? window.localStorage : window.sessionStorage;
    } catch {
      return null; // storage is refused in some private windows
    }
  }

  function chosen() {
    const value = store()?.getItem(key);
    return choices.includes(value) ? value : "auto";
  }

  function apply(choice) {
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.dataset.choice = choice;
      const word = button.querySelector("[data-theme-word]");
      if (word) word.textContent = button.dataset["word" + choice[0].toUpperCase() + choice.slice(1)] || choice;
    }
  }

  function next(choice) {
    const offered = root.dataset.surface === "wall" ? ["auto", "light"] : choices;
    return offered[(offered.indexOf(choice) + 1) % offered.length];
  }

  function countLeft(area) {
    const note = document.getElementById(area.dataset.count);
    if (!note) return;
    const left = Number(area.getAttribute("maxlength") || area.dataset.limit) - area.value.length;
    note.textContent = left > 300 ? "" : `${left} ${left === 1 ? "letter" : "letters"} left`;
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest("[data-theme-toggle]")) {
      const choice = next(chosen());
      store()?.setItem(key, choice);
      apply(choice);
    }
    const opener = target.closest("[data-dialog-open]");
    if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();
    if (target.closest("[data-dialog-close]") || target instanceof HTMLDialogElement) target.closest("dialog")?.close();
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLElement && event.target.dataset.count) countLeft(event.target);
  });

  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => apply(chosen()));
})();
