// The console's own part: time left, the stage a dialog was opened in, one question's answers, words after a press.
// What is on the page comes from the server; nothing here decides anything.

const TICK = 1_000;
// The page says what time it was on the server when it was made, so that a wrong clock here does no harm.
const ahead = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;
const secondsTo = (moment) => (Date.parse(moment) - Date.now() - ahead) / 1000;

// --- time

function timeLeft(seconds) {
  if (seconds <= 0) return "The time is up";
  if (seconds < 60) return "Less than a minute left";
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? "About a minute left" : `About ${minutes} minutes left`;
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const timer of document.querySelectorAll("[data-ends]")) {
    const left = secondsTo(timer.dataset.ends);
    put(timer.querySelector("[data-time-left]"), timeLeft(left));
    const bar = timer.querySelector("progress");
    if (bar) bar.value = Math.min(bar.max, Math.max(0, bar.max - left));
  }
  for (const button of document.querySelectorAll("[data-opens]")) {
    const waiting = secondsTo(button.dataset.opens) > 0;
    if (waiting) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  for (const why of document.querySelectorAll("[data-until]")) why.hidden = secondsTo(why.dataset.until) <= 0;
}

// --- lists

const WRITE_UP = new Set(["closing", "closed"]); // the work in the room is over: themes and proposals fold away
const READING = new Set(["reflection", "threads"]);
let stageOfLists = null;
let known = null; // keys of the rows last seen, to tell new ones politely

function narrow() {
  const chosen = document.querySelector("[data-filter]")?.value ?? "";
  const rows = [...document.querySelectorAll("[data-lists] [data-key]")];
  for (const row of rows) row.hidden = chosen !== "" && row.dataset.prompt !== chosen;
  const empty = document.querySelector("[data-empty]");
  const quiet = document.querySelector("[data-lists] [data-quiet]") !== null;
  if (empty) empty.hidden = quiet || rows.some((row) => !row.hidden);
}

function tellNew() {
  const keys = new Set([...document.querySelectorAll("[data-lists] [data-key]")].map((row) => row.dataset.key));
  const news = document.querySelector("[data-news]");
  if (known && news && [...keys].some((key) => !known.has(key))) {
    news.textContent = "";
    setTimeout(() => put(news, "More is shown on the phones now."), 100); // the same words twice would not be read out
  }
  known = keys;
}

function shelves() {
  for (const shelf of document.querySelectorAll("[data-shelf]")) shelf.hidden = !shelf.querySelector("[data-key]");
  const lists = document.querySelector("[data-lists]");
  const stage = document.body.dataset.stage;
  lists.hidden = !READING.has(stage);
  // While themes are made from the sentences, the list of them is at hand but out of the way.
  if (stage !== stageOfLists) {
    lists.open = stage === "reflection";
    document.querySelector("[data-write-up]").open = !WRITE_UP.has(stage);
    // The room may still see this screen: once the round is over, what was held is unfolded by whoever reads it.
    if (stageOfLists) document.querySelector("[data-held]").open = stage !== "closed";
  }
  stageOfLists = stage;
  for (const button of document.querySelectorAll("[data-needs]")) {
    button.hidden = document.getElementById(button.dataset.needs)?.hidden ?? true;
  }
}

// A row that is held or set aside leaves its list: the next one takes the focus, so that a keyboard keeps its place.
let place = null;

function remember(event) {
  const row = event.target.closest?.("[data-key]");
  if (!row) return;
  const list = row.parentElement;
  place = { row, list, next: row.nextElementSibling ?? row.previousElementSibling };
}

function keepPlace() {
  if (!place || place.row.isConnected) return;
  const heir = place.next?.isConnected ? place.next.querySelector("button") : document.getElementById("main");
  if (document.activeElement === document.body || document.activeElement?.id === "main") heir?.focus();
  place = null;
}

// --- another stage

let stageSeen = document.body.dataset.stage;

// What was read in the stage before is not where the next one begins. Whoever is writing is not carried off.
function beginAtTheTop() {
  if (document.body.dataset.stage === stageSeen) return;
  stageSeen = document.body.dataset.stage;
  // Only now: any snapshot touches the steps, and a menu that was open would fold under somebody's finger.
  document.querySelector(".quiet-steps details")?.removeAttribute("open");
  const shape = document.getElementById("shape");
  if (shape.querySelector("[data-kept]")) shape.replaceChildren();
  if (!document.activeElement?.matches("main textarea, main input:not([type=checkbox], [type=radio])")) scrollTo({ top: 0, behavior: "instant" });
}

// --- words after a press

const STAYS = 8_000;
let fading;

function say(words) {
  // A dialog covers the line on the page; two lines with the same words would be read out twice.
  const line = document.querySelector("dialog[open] [data-words]");
  put(line, words);
  put(document.getElementById("status-line"), line ? "" : words);
}

// What went well needs no answer and makes room again; a refusal stays until the next press.
function tell(words) {
  say(words);
  clearTimeout(fading);
  if (words) fading = setTimeout(() => document.getElementById("status-line").textContent === words && say(""), STAYS);
}

function plain(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful, requestConfig } = event.detail;
  if (requestConfig.verb === "get") return;
  if (!successful) return say(document.getElementById("status-line")?.textContent ?? "");
  if (elt.matches("[data-closes]")) {
    elt.closest("dialog")?.close();
    elt.reset();
  }
  // What was swapped into the page says it there already.
  if (requestConfig.elt.getAttribute("hx-swap") === "none") tell(plain(xhr.responseText));
  // With the socket down, what was pressed would not come back by itself; the transport then asks for it.
  document.dispatchEvent(new CustomEvent("ct:refresh"));
});

// --- dialogs, waiting buttons

document.addEventListener(
  "click",
  (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest("[data-dialog-open][data-seen]");
    // The press tells the stage its presser saw, which is the one in which the dialog was opened.
    if (opener) document.getElementById(opener.dataset.dialogOpen).querySelector("[name=seen]").value = opener.dataset.seen;
    for (const line of document.querySelectorAll("[data-words]")) if (target?.closest("[data-dialog-open]")) put(line, "");
    if (target?.closest("[data-dialog-open]")) target.closest("details.menu")?.removeAttribute("open");
    const waiting = target?.closest("[data-opens][aria-disabled]");
    if (waiting) {
      event.preventDefault();
      event.stopPropagation();
      say("The pause is not over yet. It is short, and it is the point.");
    }
    if (target) remember(event);
  },
  true,
);

// Sentences to begin an answer with: the room goes on while somebody looks for words.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-borrow]");
  if (!button) return;
  const field = document.getElementById(button.dataset.borrow);
  const words = [field.value.trim(), button.textContent.trim()].filter(Boolean).join(" ");
  if (words.length > field.maxLength) return say("There is no room left for that.");
  field.value = words;
  field.focus();
});

// The step after next takes the place of the one just pressed within a moment: the second half of a double click, or
// a key held down, must not press that one too.
function isSlip(event) {
  const press = event.target instanceof Element && event.target.closest("[hx-post] button, button[hx-post]");
  return Boolean(press) && (event.type === "click" ? event.detail > 1 : event.repeat && ["Enter", " "].includes(event.key));
}

// The cards are one key away, also with the hands on nothing in particular. F2 does nothing else in any browser.
document.addEventListener("keydown", (event) => {
  if (event.key !== "F2" || event.repeat || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.querySelector('[aria-keyshortcuts="F2"]')?.click();
});

for (const type of ["click", "keydown"]) {
  document.addEventListener(
    type,
    (event) => {
      if (!isSlip(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-filter]")) narrow();
});

document.addEventListener("ct:swapped", (event) => {
  shelves();
  narrow();
  if (event.detail.includes("released")) tellNew();
  keepPlace();
  beginAtTheTop();
  tick();
});

shelves();
narrow();
tick();
setInterval(tick, TICK);
