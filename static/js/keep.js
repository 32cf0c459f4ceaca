// What a person keeps for themselves at the end: their own words, and a certificate with their name on it. Nothing here
// sends anything. Leaving forgets it (leave.js); what was saved as a file or printed is the person's own.

import { drop } from "./drafts.js";

function mirror(field) {
  const shown = document.getElementById(field.dataset.writes);
  if (shown) shown.textContent = field.value.trim() || (shown.dataset.empty ?? "");
}

function mirrorAll() {
  for (const field of document.querySelectorAll("[data-writes]")) mirror(field);
}

// The sheet alone, as a page of its own: the room around it is not part of what somebody takes home.
function print(name) {
  mirrorAll();
  const sheet = document.querySelector(`[data-sheet="${name}"]`).cloneNode(true);
  sheet.hidden = false;
  for (const one of [sheet, ...sheet.querySelectorAll("[id]")]) one.removeAttribute("id");
  const page = document.createElement("div");
  page.className = "keepsake";
  page.append(sheet);
  document.body.append(page);
  window.print();
  page.remove();
}

function asText(field) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${field.value.trim()}\n`], { type: "text/plain;charset=utf-8" }));
  link.download = "what-i-will-keep-doing.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function say(button, words) {
  const line = button.closest("details")?.querySelector("[data-keep-said]");
  if (line) line.textContent = words;
}

function forget(field) {
  field.value = "";
  drop(field.dataset.draft);
  mirror(field);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-print], [data-keep-as-text], [data-forget]");
  if (!button) return;
  const { print: sheet, keepAsText, forget: forgotten } = button.dataset;
  const field = document.getElementById(keepAsText ?? forgotten ?? "");
  if (sheet) return print(sheet);
  if (forgotten) {
    forget(field);
    return say(button, "It is forgotten.");
  }
  if (!field.value.trim()) return say(button, "There is nothing in it yet.");
  asText(field);
  say(button, "It is saved on this phone, where you keep your files.");
});

document.addEventListener("input", (event) => event.target.dataset?.writes && mirror(event.target));
document.addEventListener("ct:swapped", mirrorAll);
mirrorAll(); // it comes with the first screen that has something to keep
