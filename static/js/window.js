// A window: the same stages as in a room, at one's own pace. The server sends all steps to every phone alike; this phone
// shows one at a time. A step with seconds opens the next one only after them. Where somebody is stays in this tab.

const STEP = "ct.step";
const FARTHEST = "ct.step.farthest"; // nobody waits twice
const UNSENT = "This is not sent yet. Send it, or go on without it.";
const SAYS = [
  [90, (left) => `About ${Math.round(left / 60)} minutes`],
  [45, () => "About a minute"],
  [20, () => "About half a minute"],
  [0, () => "A moment more"],
];

let opens = 0; // when the next step may be taken, by this phone's clock
let timer;

const steps = () => [...document.querySelectorAll("[data-window] > [data-step]")];
const kept = (key) => Number(sessionStorage.getItem(key)) || 0;
const here = () => Math.min(kept(STEP), Math.max(0, steps().length - 1));

function tell() {
  const step = steps()[here()];
  const next = step?.querySelector("[data-step-next]");
  if (!next) return;
  const left = Math.ceil((opens - performance.now()) / 1000);
  const line = step.querySelector("[data-step-left]");
  const words = left > 0 ? SAYS.find(([from]) => left > from)[1](left) : "";
  if (line && line.textContent !== words) line.textContent = words;
  if (left > 0) next.setAttribute("aria-disabled", "true");
  else next.removeAttribute("aria-disabled");
  clearTimeout(timer);
  if (left > 0) timer = setTimeout(tell, 1000);
}

function show() {
  for (const [number, step] of steps().entries()) step.hidden = number !== here();
  tell();
}

function wait() {
  const seconds = here() < kept(FARTHEST) ? 0 : Number(steps()[here()].dataset.stepSeconds ?? 0);
  opens = performance.now() + 1000 * seconds;
}

function go(to) {
  sessionStorage.setItem(STEP, String(Math.max(0, to)));
  const step = steps()[here()];
  wait();
  sessionStorage.setItem(FARTHEST, String(Math.max(here(), kept(FARTHEST))));
  show();
  scrollTo(0, 0);
  step.querySelector("h2")?.focus({ preventScroll: true });
}

// Something is written here and was not sent: it is said once, and then left to them.
function holdsBack(step) {
  const form = step.querySelector("form[data-say]");
  const isBegun = [...(form?.elements ?? [])].some((field) => field.checked || (field.matches("textarea") && field.value.trim()));
  if (!isBegun || "warned" in step.dataset) return false;
  step.dataset.warned = "";
  form.querySelector("[data-say-status]").textContent = UNSENT;
  form.querySelector("[type=submit]").focus();
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-step-next], [data-step-back]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if ("stepNext" in button.dataset && holdsBack(button.closest("[data-step]"))) return;
  go(here() + ("stepNext" in button.dataset ? 1 : -1));
});

// After each picture: what the server sends has every step hidden, and knows nothing of where this phone is.
let began = false;
function afterSwap() {
  if (!steps().length) return;
  if (!began) wait();
  began = true;
  show();
}
document.addEventListener("ct:swapped", afterSwap);
afterSwap(); // this comes after the picture that asks for it (participant.js)
