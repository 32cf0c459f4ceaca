// The place on the console where something longer is written: an action, a theme's barriers.

let opener = null;
const WRITTEN_IN = "textarea, select, input:not([type=hidden])";

function close() {
  document.getElementById("shape")?.replaceChildren();
  // What was pressed may be gone by now: an action that is agreed has no button for it any more.
  (opener?.isConnected ? opener : document.getElementById("main"))?.focus({ preventScroll: !opener?.isConnected });
  opener = null;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "shape" && !event.detail.elt.closest("#shape")) opener = event.detail.elt;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail;
  if (!successful || requestConfig.verb === "get") return;
  // Words are the answer to a press that swaps nothing; a form that is swapped stays, with its errors in it.
  if (elt.closest("#shape") && requestConfig.elt.getAttribute("hx-swap") === "none") close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "shape") return;
  const place = event.detail.target;
  const heading = place.querySelector(".error-summary") ?? place.querySelector("h2, h3");
  heading?.setAttribute("tabindex", "-1");
  const first = place.querySelector(".error-summary") ? heading : place.querySelector(WRITTEN_IN) ?? heading;
  first?.focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-shape-close]")) close();
});

// What was kept has been said in full or agreed since, elsewhere: that a form asks for the rest holds no more.
document.addEventListener("ct:swapped", () => {
  const kept = document.querySelector("#shape [data-kept]");
  const now = kept && document.getElementById(`action-${kept.dataset.kept}`);
  if (now?.dataset.ready === undefined) return;
  if (kept.contains(document.activeElement)) close();
  else kept.remove();
});
