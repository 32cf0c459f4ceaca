// Sorting together on a phone. The server deals the same hands to everyone; this phone picks one by chance, shows it,
// and takes the next. It stops calmly after two minutes, or at a word. Nothing here is needed for anything else.

const ENOUGH = 2 * 60_000; // from the first hand on this phone
const DONE = "ct.sorted";
const WORDS = {
  none: "You have seen them all for now. Thank you.",
  enough: "Thank you, that is plenty. Rest your eyes, or read on below.",
  reading: "You are just reading. That is as good.",
  fewer: "Tap two or more that belong together, or “None of these”.",
  next: "Saved. Here are the next ones.",
  others: "Here are others.",
};

let began = 0;
let resting = ""; // why no hand is shown: none, enough, reading

const part = (name) => document.querySelector(`[data-sorting-${name}]`);
const done = () => new Set(JSON.parse(sessionStorage.getItem(DONE) ?? "[]"));

function remember(hand) {
  sessionStorage.setItem(DONE, JSON.stringify([...done().add(hand)].slice(-200)));
}

// Chance, and not the order they came in: otherwise every phone would begin with the same one.
function pick() {
  const left = [...document.querySelectorAll("#region-hands [data-key]")].filter((hand) => !done().has(hand.dataset.key));
  return left[Math.floor(Math.random() * left.length)];
}

function say(words) {
  const line = part("said");
  if (line) line.textContent = words;
}

function rest(why) {
  resting = why;
  part("hand").replaceChildren();
  part("words").textContent = WORDS[why];
  part("ask").hidden = true;
  part("rest").hidden = false;
  part("again").hidden = why === "none";
}

// A sentence that a facilitator has taken back leaves the hands at once, also the one on the table.
function clear(table) {
  const form = table.firstElementChild;
  const isShown = (box) => document.querySelector(`#region-reactions [data-key="${CSS.escape(box.value)}"]`);
  if (form && ![...form.querySelectorAll("[name=together]")].every(isShown)) form.remove();
}

// Puts a hand on the table, if there is none; one that somebody has begun stays, also when others are dealt.
function deal(words = "") {
  const table = part("hand");
  if (!table || table.childElementCount || ["enough", "reading"].includes(resting)) return;
  const hand = pick();
  if (!hand) return rest("none");
  if (!began) began = performance.now();
  resting = "";
  table.append(hand.querySelector("form").cloneNode(true));
  part("ask").hidden = false;
  part("rest").hidden = true;
  say(words);
}

function next(form, words) {
  const focused = form.contains(document.activeElement);
  remember(form.elements.hand.value);
  part("hand").replaceChildren();
  if (performance.now() - began > ENOUGH) rest("enough");
  else deal(words);
  if (focused) (resting ? part("rest") : document.getElementById("sorting-title")).focus({ preventScroll: Boolean(resting) });
}

const onTable = (target) => (target instanceof Element ? target.closest("[data-sorting-hand] form") : null);

// Before the outbox takes it: "these belong together" needs two at least, and "none" means none.
document.addEventListener(
  "submit",
  (event) => {
    const form = onTable(event.target);
    if (!form) return;
    const ticked = [...form.querySelectorAll("input:checked")];
    if (event.submitter?.name === "none") for (const box of ticked) box.checked = false;
    else if (ticked.length < 2) {
      event.preventDefault();
      event.stopImmediatePropagation();
      form.querySelector("[data-say-status]").textContent = WORDS.fewer;
      return say(WORDS.fewer);
    }
    setTimeout(() => next(form, WORDS.next)); // after the outbox has read it
  },
  true,
);

document.addEventListener("click", (event) => {
  const form = onTable(event.target);
  if (event.target.closest?.("[data-sorting-skip]") && form) next(form, WORDS.others);
  else if (event.target.closest?.("[data-sorting-read]")) {
    rest("reading");
    part("rest").focus();
  } else if (event.target.closest?.("[data-sorting-again]")) {
    began = performance.now();
    resting = "";
    deal();
    document.getElementById("sorting-title").focus();
  }
});

function afterSwap() {
  const table = part("hand");
  if (!table) {
    [began, resting] = [0, ""];
    return;
  }
  clear(table);
  deal();
}
document.addEventListener("ct:swapped", afterSwap);
afterSwap(); // this may come after the picture that asks for it (participant.js)
