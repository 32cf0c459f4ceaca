// Weaving themes on the console: what is ticked and what is half typed survive a change of the page, and sentences can
// be dragged as well. Everything here can be done with the buttons; the server decides.

const ticked = new Set(); // ids of reactions
const leftOut = new Set(); // ids of reactions unticked in a proposed group
const drafts = new Map(); // id of a field to what is typed in it
const LONGEST_TITLE = 120;

const boxes = () => [...document.querySelectorAll('#weave input[name="reaction"]')];
const boxOf = (reaction) => document.getElementById(`tick-${reaction}`);

// --- ticks

function tell() {
  const line = document.querySelector("[data-weave-ticked]");
  if (!line) return;
  const words = ticked.size === 0 ? "Nothing is ticked." : ticked.size === 1 ? "One is ticked." : `${ticked.size} are ticked.`;
  if (line.textContent !== words) line.textContent = words;
  const titles = document.getElementById("weave-titles");
  titles?.replaceChildren(...[...ticked].map(wordsOf).filter(fits).map(option));
}

const wordsOf = (reaction) => boxOf(reaction)?.closest("li").querySelector(".quote__words").textContent.trim() ?? "";
const fits = (words) => words !== "" && words.length <= LONGEST_TITLE;

function option(words) {
  const made = document.createElement("option");
  made.value = words;
  return made;
}

function restore() {
  const here = new Set(boxes().map((box) => box.value));
  for (const reaction of ticked) if (!here.has(reaction)) ticked.delete(reaction);
  for (const box of boxes()) {
    box.checked = ticked.has(box.value);
    box.closest("li").draggable = true;
  }
  for (const box of document.querySelectorAll('.groups input[name="reaction"]')) box.checked = !leftOut.has(box.value);
  for (const [id, words] of drafts) {
    const field = document.getElementById(id);
    if (field && field !== document.activeElement) field.value = words;
  }
  tell();
}

function clear() {
  ticked.clear();
  restore();
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.('.groups input[name="reaction"]')) leftOut[box.checked ? "delete" : "add"](box.value);
  if (!box.matches?.('#weave input[name="reaction"]')) return;
  if (box.checked) ticked.add(box.value);
  else ticked.delete(box.value);
  tell();
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-weave-draft]")) drafts.set(event.target.id, event.target.value);
});

// --- after a press

function letGo(form) {
  for (const field of form.querySelectorAll("[data-weave-draft]")) {
    drafts.delete(field.id);
    field.value = field.defaultValue;
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail;
  if (!successful || requestConfig.verb === "get") return;
  if (elt.matches("form")) letGo(elt);
  if (elt.matches("[data-weave-clears]")) clear();
  if (elt.matches("[data-weave-folds]")) fold(elt.closest("details"));
  // Words are the answer to a press that swaps nothing; a form that is swapped stays, with its errors in it.
  if (elt.closest("#shape") && requestConfig.elt.getAttribute("hx-swap") === "none") close();
});

function fold(tools) {
  if (!tools) return;
  tools.open = false;
  tools.querySelector("summary").focus();
}

// --- dragging, an extra for a mouse

let carried = [];

document.addEventListener("dragstart", (event) => {
  const sentence = event.target.closest?.("#weave [data-reaction]");
  if (!sentence) return;
  const reaction = sentence.dataset.reaction;
  carried = ticked.has(reaction) ? [...ticked] : [reaction];
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", ""); // some browsers do not start a drag that carries nothing
});

const pileAt = (event) => (carried.length ? event.target.closest?.("#weave [data-theme]") : null);

function mark(pile) {
  for (const other of document.querySelectorAll("#weave .is-over")) if (other !== pile) other.classList.remove("is-over");
  pile?.classList.add("is-over");
}

document.addEventListener("dragover", (event) => {
  const pile = pileAt(event);
  mark(pile);
  if (pile) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const pile = pileAt(event);
  if (!pile) return;
  event.preventDefault();
  const values = { theme: pile.dataset.theme, reaction: carried };
  const source = document.getElementById("weave-ticked");
  window.htmx.ajax("POST", document.getElementById("weave").dataset.place, { source, values, swap: "none" }).then(clear);
});

document.addEventListener("dragend", () => {
  carried = [];
  mark(null);
});

// --- the place on the page where something longer is written

function close() {
  const place = document.getElementById("shape");
  place?.replaceChildren();
  opener?.focus();
  opener = null;
}

let opener = null;
const WRITTEN_IN = "textarea, select, input:not([type=hidden])";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "shape") opener = event.detail.elt;
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

document.addEventListener("ct:swapped", restore);
restore();
