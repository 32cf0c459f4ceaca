// The lists and the board of actions: a key to the next one, to open it, to tick it; and how many are ticked.
// Single keys rest while somebody types and can be switched off (WCAG 2.1.4). Without this file all of it has a link.

const OFF = "ct-keys-off";
const switched = document.querySelector("[data-keys-on]");
const boxes = () => [...document.querySelectorAll(".tick")];
const rows = (within = document) => [...within.querySelectorAll("[data-row]")];
const here = () => document.activeElement?.closest("[data-row]") ?? null;
const elsewhere = () => [...document.querySelectorAll("[data-ticked-elsewhere]")];

function remembered(value) {
  try {
    if (value === undefined) return window.localStorage.getItem(OFF) === "yes";
    if (value) window.localStorage.setItem(OFF, "yes");
    else window.localStorage.removeItem(OFF);
  } catch {
    // Storage is refused in some private windows: the switch then holds for this page.
  }
  return Boolean(value);
}

// --- ticks

function tell() {
  const line = document.querySelector("[data-ticked]");
  if (!line) return;
  const others = elsewhere();
  const ticked = [...boxes().filter((box) => box.checked), ...others];
  line.textContent = inWords(ticked.length, others.length);
  document.querySelector("[data-untick]").hidden = ticked.length === 0;
  if (line.closest("[data-keeps-ticks]")) carry(ticked.map((box) => box.value));
}

function inWords(number, others) {
  if (number === 0) return "Tick actions to do one thing with several of them.";
  const ticked = number === 1 ? "One is ticked" : `${number} are ticked`;
  if (others === 0) return `${ticked}.`;
  return others === number ? `${ticked}, on other pages.` : `${ticked}, ${others} of them on other pages.`;
}

// The address says what is ticked, so that the list's other pages, a reload and the way back from an action keep it.
function carry(ids) {
  const address = withTicks(window.location.href, ids);
  window.history.replaceState(window.history.state, "", address);
  for (const link of document.querySelectorAll("[data-carries-ticks]")) link.href = withTicks(link.href, ids);
  for (const link of document.querySelectorAll("[data-row-open]")) {
    const there = new URL(link.href);
    there.searchParams.set("back", address.search.slice(1));
    link.href = there;
  }
}

function withTicks(address, ids) {
  const there = new URL(address);
  there.searchParams.delete("tick");
  for (const id of ids) there.searchParams.append("tick", id);
  return there;
}

function tick(row) {
  const box = row?.querySelector(".tick");
  if (!box) return;
  box.checked = !box.checked;
  tell();
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".tick")) tell();
  if (event.target === switched) remembered(!switched.checked);
});

document.querySelector("[data-untick]")?.addEventListener("click", () => {
  for (const box of boxes()) box.checked = false;
  for (const box of elsewhere()) box.remove();
  tell();
  boxes()[0]?.focus();
});

// --- from one action to another

function go(row) {
  const link = row?.querySelector("[data-row-open]");
  link?.focus();
  link?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  go(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by]);
}

function across(by) {
  const columns = [...document.querySelectorAll(".board__column")].filter((column) => rows(column).length);
  const column = here().closest(".board__column");
  const next = rows(columns[columns.indexOf(column) + by] ?? column);
  go(next[Math.min(rows(column).indexOf(here()), next.length - 1)]);
}

function lookForWords() {
  const field = document.querySelector('input[name="text"]');
  field?.closest("details").setAttribute("open", ""); // folded, it could not have the focus
  field?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => tick(here()),
  "/": () => lookForWords(),
  "?": () => document.getElementById("keys").showModal(),
};
const ON_AN_ACTION = { ArrowDown: () => step(1), ArrowUp: () => step(-1) };
const ON_THE_BOARD = { ArrowRight: () => across(1), ArrowLeft: () => across(-1) };

function does(key) {
  if (!here()) return KEYS[key];
  return KEYS[key] ?? ON_AN_ACTION[key] ?? (here().closest(".board") ? ON_THE_BOARD[key] : undefined);
}

const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !switched?.checked) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const done = does(event.key);
  if (!done) return;
  event.preventDefault();
  done();
});

// --- whoever comes back from an action is where they were

document.addEventListener("focusin", () => {
  const row = here()?.querySelector("[data-row-open]").pathname;
  if (row) history.replaceState({ ...history.state, row }, "");
});

addEventListener("pageshow", () => {
  tell();
  const [visit] = performance.getEntriesByType("navigation");
  const row = visit?.type === "back_forward" ? history.state?.row : undefined;
  if (row) rows().map((one) => one.querySelector("[data-row-open]")).find((link) => link.pathname === row)?.focus();
});

if (switched) {
  switched.checked = !remembered();
  document.querySelector("[data-keys-open]").hidden = false;
}
