// Small things on the phones and the wall. Nothing here sends or keeps anything.
const NOTICE_EVERY = 5000;
const SOON = 4_000;
const SPREAD = 20_000;
// What somebody needs neither to come in nor to write comes with the first screen that has it. Sorting comes before
// that, once the room is quiet: a whole room would fetch it at once otherwise.
const LATER = [
  ["[data-window]", "./window.js"],
  ["[data-writes]", "./keep.js"],
  ["[data-sorting-hand]", "./sorting.js"],
];

// At most so many feelings: the rest wait until one is given back.
function limitFeelings(form) {
  const boxes = [...form.querySelectorAll('input[name="feelings"][type="checkbox"]')];
  const full = boxes.filter((box) => box.checked).length >= Number(form.dataset.feelingsLimit);
  for (const box of boxes) box.disabled = full && !box.checked;
}

function limitAll() {
  for (const form of document.querySelectorAll("form[data-feelings-limit]")) limitFeelings(form);
}

// A timer in words, in no hurry: it says minutes and announces nothing. When the time is up it says what comes then.
function inWords(seconds) {
  if (seconds >= 90) return `About ${Math.round(seconds / 60)} minutes`;
  if (seconds >= 45) return "About a minute";
  if (seconds >= 20) return "About half a minute";
  return seconds > 0 ? "A moment more" : "";
}

function tellTime() {
  for (const line of document.querySelectorAll("[data-until]")) {
    const words = inWords((new Date(line.dataset.until).getTime() - Date.now()) / 1000) || (line.dataset.after ?? "");
    if (line.textContent !== words) line.textContent = words;
  }
}

// A disclosure around a list is there only while the list has something in it.
function showLists(stageMoved) {
  const reflecting = document.body.dataset.stage === "reflection";
  for (const around of document.querySelectorAll("[data-around]")) {
    const list = document.getElementById(`region-${around.dataset.around}`);
    around.hidden = !list || list.children.length === 0;
    if (stageMoved && around.dataset.around === "reactions") around.open = reflecting;
  }
}

// Says the new screen's first heading to those who do not see it change.
function sayStage() {
  const said = document.getElementById("stage-said");
  const heading = document.querySelector("[data-region]:not([hidden]) h2");
  if (said && heading) said.textContent = heading.textContent.trim();
}

function fetchLater() {
  for (const [part, script] of LATER) if (document.querySelector(part)) load(script);
}

function load(script) {
  import(script).catch(() => {}); // without a connection: the next screen tries again
}

let stage = null;

function afterSwap() {
  document.getElementById("coming-in")?.remove();
  const moved = document.body.dataset.stage !== stage;
  stage = document.body.dataset.stage;
  limitAll();
  tellTime();
  showLists(moved);
  fetchLater();
  if (moved) sayStage();
}

document.addEventListener("change", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form[data-feelings-limit]") : null;
  if (form) limitFeelings(form);
});
document.addEventListener("reset", (event) => {
  for (const count of event.target.querySelectorAll(".count")) count.textContent = "";
  for (const more of event.target.querySelectorAll("details[open]")) more.open = false;
  setTimeout(limitAll); // the boxes are emptied only after this event
});
document.addEventListener("ct:swapped", afterSwap);
setInterval(tellTime, NOTICE_EVERY);
if (document.body.dataset.live === "room") setTimeout(load, SOON + Math.random() * SPREAD, "./sorting.js");
