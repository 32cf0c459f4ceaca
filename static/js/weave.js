// Weaving themes on the console: what is ticked and what is half typed survive a change of the page, and the keyboard
// keeps its place. Moving is in weave_moves.js, what is written in the circle in shape.js. The server decides.

const ticked = new Set(); // ids of reactions
const drafts = new Map(); // id of a field to what is typed in it
const LONGEST_TITLE = 120;
const SENTENCE = '#weave input[name="reaction"]';

const boxes = () => [...document.querySelectorAll(SENTENCE)];
export const boxOf = (reaction) => document.getElementById(`tick-${reaction}`);
export const chosen = () => [...ticked];
export const isBox = (element) => element instanceof Element && element.matches(SENTENCE);

// --- ticks

function tell() {
  const line = document.querySelector("[data-weave-ticked]");
  if (!line) return;
  const words = ticked.size === 0 ? "Nothing is ticked." : ticked.size === 1 ? "One is ticked." : `${ticked.size} are ticked.`;
  if (line.textContent !== words) line.textContent = words;
  document.querySelector("[data-weave-untick]").hidden = ticked.size === 0;
  const titles = document.getElementById("weave-titles");
  titles?.replaceChildren(...[...ticked].map(wordsOf).filter(fits).map(option));
}

export const wordsOf = (reaction) => boxOf(reaction)?.closest("li").querySelector(".quote__words").textContent.trim() ?? "";
const fits = (words) => words !== "" && words.length <= LONGEST_TITLE;

function option(words) {
  const made = document.createElement("option");
  made.value = words;
  return made;
}

export function clear() {
  ticked.clear();
  restore();
}

document.addEventListener("change", (event) => {
  if (!isBox(event.target)) return;
  if (event.target.checked) ticked.add(event.target.value);
  else ticked.delete(event.target.value);
  tell();
});

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-weave-draft]")) return;
  drafts.set(event.target.id, event.target.value);
  for (const kept of hidden(event.target.form)) if (!drafts.has(kept.id)) drafts.set(kept.id, kept.value);
});

// What stood there when somebody began to type stays with what they type: so the server sees that it has changed since.
const hidden = (form) => form?.querySelectorAll("[data-weave-draft][hidden]") ?? [];

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-weave-untick]")) {
    clear();
    document.getElementById("weave-move-open").focus();
  }
  const word = target?.closest("[data-weave-word]");
  if (word) quote(word);
});

// A title in people's own words, put where it can still be changed.
function quote(word) {
  const field = document.getElementById(word.dataset.weaveWord);
  field.value = word.textContent;
  drafts.set(field.id, field.value);
  word.closest("details").open = false;
  field.focus();
}

// --- the keyboard's place: one stop for each pile, arrows within it, and never lost when a pile changes

const stops = new Map(); // id of a list to the id of its box that Tab comes to
let place = null; // id of what had the focus last, inside the weaving
let heir = null; // who has it next, when that one is moved away

export const inherits = (box) => {
  heir = box?.id ?? null;
};

function arrange() {
  for (const list of document.querySelectorAll("#weave ul")) {
    const inside = [...list.querySelectorAll(':scope > li input[name="reaction"]')];
    const stop = inside.find((box) => box.id === stops.get(list.id)) ?? inside[0];
    for (const box of inside) if (box.tabIndex !== (box === stop ? 0 : -1)) box.tabIndex = box === stop ? 0 : -1;
  }
}

document.addEventListener("focusin", (event) => {
  const here = event.target.closest?.("#weave");
  if (here) place = event.target.id;
  else if (event.target !== document.body && event.target.id !== "main" && !event.target.closest("dialog")) place = null;
  if (!isBox(event.target)) return;
  stops.set(event.target.closest("ul").id, event.target.id);
  arrange();
});

function keepPlace() {
  const lost = document.activeElement === document.body || document.activeElement?.id === "main";
  const next = document.getElementById(heir ?? "");
  if (heir && (lost || document.activeElement?.id === place)) (next ?? document.getElementById("weave-move-open"))?.focus();
  else if (lost && place) document.getElementById(place)?.focus({ preventScroll: true });
  heir = null;
}

// --- after a change of the page

const opened = new Set(); // ids of cards that are open: a theme that changes its place comes back as a new element

document.addEventListener(
  "toggle",
  (event) => {
    const card = event.target;
    if (card.isConnected && card.matches("#weave details[id]")) opened[card.open ? "add" : "delete"](card.id);
  },
  true,
);

function restore() {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  const here = new Set();
  for (const box of boxes()) {
    here.add(box.value);
    const is = ticked.has(box.value);
    if (box.checked !== is) box.checked = is;
  }
  for (const reaction of ticked) if (!here.has(reaction)) ticked.delete(reaction);
  for (const [id, words] of drafts) {
    const field = document.getElementById(id);
    if (field && field !== document.activeElement) field.value = words;
  }
  arrange();
  tell();
}

const WEAVING = ["weave", "loose", "left_out", "weave_bar", "weave_steps", "weave_head", "weave_preview"];
let stage = null;

// In the threads the board is the work at hand; later it is there for the write-up, folded.
function fold() {
  if (document.body.dataset.stage === stage) return;
  stage = document.body.dataset.stage;
  document.querySelector("[data-weave-fold]").open = stage === "threads";
}

document.addEventListener("ct:swapped", (event) => {
  fold();
  restore();
  if (event.detail.some((name) => WEAVING.includes(name))) keepPlace();
});

// --- after a press

function letGo(fields) {
  for (const field of fields) {
    drafts.delete(field.id);
    field.value = field.defaultValue;
  }
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, requestConfig } = event.detail;
  if (requestConfig.verb === "get") return;
  if (elt.matches("form")) letGo(successful ? elt.querySelectorAll("[data-weave-draft]") : hidden(elt)); // it has been said
  if (!successful) return;
  if (elt.matches("[data-weave-clears]")) clear();
  if (!elt.matches("[data-weave-folds]")) return;
  const tools = elt.closest("details");
  tools.open = false;
  tools.querySelector("summary").focus();
});

fold();
restore();
