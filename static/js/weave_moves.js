// Moving sentences between piles: by a menu, by the keyboard, by dragging. All three say the same to the server.

import { boxOf, chosen, clear, inherits, isBox, wordsOf } from "./weave.js";

let moving = []; // ids of the reactions the open menu, or the mouse, would move

const menu = () => document.getElementById("weave-move");

function move(reactions, theme) {
  if (!reactions.length) return;
  inherits(neighbour(reactions));
  const source = document.getElementById("weave-ticked"); // its hx-swap tells the console to say the answer in words
  const values = { theme, reaction: reactions };
  window.htmx.ajax("POST", menu().dataset.place, { source, values, swap: "none" }).then(() => {
    if (reactions.some((reaction) => chosen().includes(reaction))) clear();
  });
}

// The sentence that takes the focus when these leave: the next one in the pile that stays, or the one before.
function neighbour(reactions) {
  const from = isBox(document.activeElement) ? document.activeElement : boxOf(reactions[0]);
  if (!from) return null;
  const pile = boxesOf(from).filter((box) => box === from || !reactions.includes(box.value));
  const at = pile.indexOf(from);
  return reactions.includes(from.value) ? (pile[at + 1] ?? pile[at - 1] ?? null) : from;
}

const boxesOf = (box) => [...box.closest("ul").querySelectorAll(':scope > li input[name="reaction"]')];

// --- the menu

function openMenu(reactions) {
  if (!reactions.length) return say("Tick one sentence or several first.");
  moving = reactions;
  const words = wordsOf(reactions[0]);
  const short = words.length > 90 ? `${words.slice(0, 90)}…` : words;
  menu().querySelector("[data-weave-moving]").textContent = reactions.length === 1 ? `“${short}”` : `${reactions.length} sentences`;
  if (menu().showPopover) menu().showPopover();
  else menu().showModal(); // browsers before 2024
  menu().querySelector("[data-weave-to]")?.focus();
}

function closeMenu() {
  if (menu().hidePopover) menu().hidePopover();
  else menu().close();
}

function say(words) {
  document.getElementById("status-line").textContent = words;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-weave-move]")) openMenu(chosen());
  const to = target?.closest("[data-weave-to]");
  if (to || target?.closest("[data-weave-stay]")) closeMenu();
  if (to) move(moving, to.dataset.weaveTo);
  const merge = target?.closest("[data-weave-merge]");
  if (merge) openMerge(merge.dataset.weaveMerge);
});

// --- merging, which is explained before it is done

function openMerge(theme) {
  const dialog = document.getElementById("weave-merge");
  const piles = [...document.querySelectorAll("#weave .weave__pile[data-theme]:not(.weave__pile--proposed)")];
  const titleOf = (pile) => pile.querySelector(".pile__title").textContent;
  dialog.querySelector("[data-weave-merged]").textContent = `“${titleOf(document.getElementById(`pile-${theme}`))}”`;
  dialog.querySelector("[name=theme]").value = theme;
  const others = piles.filter((pile) => pile.dataset.theme !== theme);
  dialog.querySelector("[data-weave-others]").replaceChildren(...others.map((pile) => choice(pile.dataset.theme, titleOf(pile))));
  dialog.showModal();
  dialog.querySelector("[name=into]")?.focus();
}

function choice(value, title) {
  const holder = document.createElement("div");
  holder.className = "choice";
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "into", value, id: `into-${value}`, required: true });
  const label = Object.assign(document.createElement("label"), { htmlFor: radio.id, textContent: title });
  holder.append(radio, label);
  return holder;
}

// --- the keyboard: letters only while a sentence has the focus, so that they never catch what somebody types

const step = (box, by) => {
  const pile = boxesOf(box);
  return pile[Math.min(pile.length - 1, Math.max(0, pile.indexOf(box) + by))];
};
const KEYS = {
  ArrowDown: (box) => step(box, 1).focus(),
  ArrowUp: (box) => step(box, -1).focus(),
  Home: (box) => step(box, -Infinity).focus(),
  End: (box) => step(box, Infinity).focus(),
  m: (box) => openMenu(chosen().length ? chosen() : [box.value]),
  n: () => document.getElementById("weave-title-of-new").focus(),
};

document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const command = ctrlKey || metaKey;
  if (isBox(event.target) && !command && !altKey && KEYS[key]) {
    event.preventDefault();
    KEYS[key](event.target);
  } else if (command && !altKey && !event.target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])")) {
    const back = key === "z" && !shiftKey;
    const again = key === "y" || (key.toLowerCase() === "z" && shiftKey);
    if (!(back || again) || !document.getElementById("weave")?.checkVisibility?.()) return;
    event.preventDefault();
    document.getElementById(back ? "weave-undo" : "weave-redo")?.click();
  }
});

// --- dragging, an extra for a mouse

document.addEventListener("dragstart", (event) => {
  const sentence = event.target.closest?.("#weave [data-reaction]");
  if (!sentence) return;
  const reaction = sentence.dataset.reaction;
  moving = chosen().includes(reaction) ? chosen() : [reaction];
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", ""); // some browsers do not start a drag that carries nothing
});

const pileAt = (event) => (moving.length ? event.target.closest?.("#weave [data-theme]") : null);
let over = null;

function mark(pile) {
  if (pile === over) return;
  over?.classList.remove("is-over");
  pile?.classList.add("is-over");
  over = pile;
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
  move(moving, pile.dataset.theme);
});

document.addEventListener("dragend", () => {
  moving = [];
  mark(null);
});
