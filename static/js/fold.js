// What narrows a page fills a phone's first screen, so it stands folded there until it is asked for. Not a module, and
// right behind what it folds, so that nothing is seen to jump. Without it, and where there is room, all of it is open.
(function () {
  "use strict";
  const fold = document.currentScript.previousElementSibling;
  const room = window.matchMedia("(min-width: 48rem)");
  if (!fold.querySelector("[aria-invalid=true]")) fold.open = room.matches;
  room.addEventListener("change", () => { if (room.matches) fold.open = true; });
})();
