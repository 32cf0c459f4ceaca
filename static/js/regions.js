// Puts what the server rendered on the page. Regions are morphed, so that focus and scrolling stay; rows are kept
// sorted by their random key. What somebody is typing is never taken away.

import { keyOf, dressForms } from "./outbox.js";

const shown = new Map(); // region, or region and row key, to the HTML last put there
const fresh = new Set(); // regions and rows that this frame has put on the page

export function show(frame) {
  const whole = frame.t === "snapshot";
  const touched = [];
  fresh.clear();
  document.body.dataset.stage = frame.stage;
  for (const [name, html] of Object.entries(frame.html ?? {})) if (replace(name, html)) touched.push(name);
  for (const [name, rows] of Object.entries(frame.rows ?? {})) {
    const list = regionOf(name);
    if (!list) continue;
    const drop = whole ? [...rowsOf(list).keys()].filter((key) => !Object.hasOwn(rows, key)) : (rows.drop ?? []);
    if (changeRows(list, name, whole ? rows : (rows.put ?? {}), drop)) touched.push(name);
  }
  if (!touched.length) return;
  dressForms();
  // Only what is new: htmx reads every element it is given, and a list may hold hundreds of rows.
  for (const part of fresh) if (document.body.dataset.live === "console") window.htmx?.process(part);
  document.dispatchEvent(new CustomEvent("ct:swapped", { detail: touched }));
}

function regionOf(name) {
  return document.querySelector(`[data-region="${CSS.escape(name)}"]`);
}

function replace(name, html) {
  const region = regionOf(name);
  if (!region || shown.get(name) === html) return false;
  shown.set(name, html);
  keepingWords(region, () => morph(region, html, "innerHTML"));
  region.hidden = html === "";
  fresh.add(region);
  return true;
}

function listOf(region) {
  return region.matches("ul, ol") ? region : (region.querySelector("[data-rows], ul, ol") ?? region);
}

function rowsOf(region) {
  const rows = [...listOf(region).children].filter((row) => row.dataset.key !== undefined);
  return new Map(rows.map((row) => [row.dataset.key, row]));
}

function changeRows(region, name, put, drop) {
  const rows = rowsOf(region);
  let touched = false;
  for (const key of drop) {
    shown.delete(`${name} ${key}`);
    rows.get(key)?.remove();
    touched = rows.delete(key) || touched;
  }
  for (const [key, html] of Object.entries(put)) {
    if (shown.get(`${name} ${key}`) === html && rows.has(key)) continue;
    shown.set(`${name} ${key}`, html);
    const old = rows.get(key);
    if (old) keepingWords(old, () => morph(old, html, "outerHTML"));
    const row = old ?? insert(listOf(region), key, html);
    fresh.add(row?.isConnected ? row : region);
    touched = true;
  }
  region.hidden = !listOf(region).querySelector(":scope > [data-key]");
  return touched;
}

function insert(list, key, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  // Plain comparison, as the server sorts: a locale's own order would differ from screen to screen.
  const next = [...list.children].find((row) => row.dataset.key > key);
  const row = holder.content.firstElementChild;
  list.insertBefore(holder.content, next ?? null);
  return row;
}

const callbacks = {
  // A status line and an open card are the page's own; the server's HTML knows nothing of them.
  beforeNodeMorphed: (old) => !old.hasAttribute?.("data-say-status"),
  beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details, dialog")),
};

function morph(element, html, morphStyle) {
  // Only where somebody types: a focused button would keep its old words and its old value for ever.
  const ignoreActiveValue = document.activeElement?.matches("input, textarea, select") ?? false;
  window.Idiomorph.morph(element, html, { morphStyle, ignoreActiveValue, callbacks });
}

function isTouched(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
}

function same(field, kept) {
  return field.name === kept.name && (field.type === "checkbox" || field.type === "radio" ? field.value === kept.value : true);
}

// Runs `change`, then puts back what was typed and chosen in forms that ask the same thing as before.
function keepingWords(root, change) {
  const kept = new Map();
  const told = new Map(); // what a form that stays said, and about what
  for (const form of root.querySelectorAll("form[data-say]")) {
    const line = form.querySelector("[data-say-status]");
    if (line) told.set(line, keyOf(form));
    const fields = [...form.elements].filter(isTouched);
    kept.set(keyOf(form), fields.map(({ name, value, checked }) => ({ name, value, checked })));
  }
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  change();
  for (const form of root.querySelectorAll("form[data-say]")) {
    const line = form.querySelector("[data-say-status]");
    // It was about something else; a refusal is still to be read.
    if (told.has(line) && told.get(line) !== keyOf(form) && !line.hasAttribute("data-refused")) line.textContent = "";
    for (const was of kept.get(keyOf(form)) ?? []) {
      const field = [...form.elements].find((element) => same(element, was));
      if (!field || field === document.activeElement) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = was.checked;
      else field.value = was.value;
    }
  }
  // A reader whose place has gone starts at the top of the new part, not at the top of the page.
  if (focused && !focused.isConnected) document.getElementById("main")?.focus({ preventScroll: true });
}
