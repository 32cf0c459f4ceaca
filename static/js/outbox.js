// What somebody says is kept here until the server has it on disk: waiting, then saved or refused with a reason.
// It is sent again with the same nonce after every trouble; the server takes each nonce once.

import * as drafts from "./drafts.js";
import { carriedWith } from "./replies.js";

const OUTBOX = "ct.outbox";
const SAID = "ct.said";
const WRITTEN = "ct.written"; // under which nonces, for the page that shows what is stored of it
const SENDING = "Sending…";
const KEPT = "Waiting for the connection. It is kept here until then.";

let hand = () => {};
let waiting = read(OUTBOX, []); // {nonce, what, fields, form, carried}

function read(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}

// Which form this is, across renders: what it says and about what.
export function keyOf(form) {
  const about = [...form.querySelectorAll("input[type=hidden]")].map((field) => `${field.name}=${field.value}`);
  return [form.dataset.say, ...about].join(" ");
}

function formOf(entry) {
  return [...document.querySelectorAll("form[data-say]")].find((form) => keyOf(form) === entry.form);
}

function fieldsOf(form, submitter) {
  const fields = {};
  for (const field of form.elements) {
    const many = field.type === "checkbox" || field.multiple;
    if (many && field.name) fields[field.name] = [];
  }
  for (const [name, value] of new FormData(form)) {
    if (Array.isArray(fields[name])) fields[name].push(value);
    else fields[name] = value;
  }
  if (submitter?.name) fields[submitter.name] = submitter.value;
  return fields;
}

function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function tell(entry, words, isBad = false) {
  const status = formOf(entry)?.querySelector("[data-say-status]");
  const line = status ?? (isBad ? document.getElementById("connection") : null);
  if (!line) return;
  if (!line.hasAttribute("role")) line.setAttribute("role", "status");
  line.textContent = words;
  line.toggleAttribute("data-refused", isBad);
}

export function start(send) {
  hand = send;
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-say]");
    if (!form) return;
    event.preventDefault();
    const entry = { nonce: nonce(), what: form.dataset.say, fields: fieldsOf(form, event.submitter), form: keyOf(form) };
    const said = JSON.stringify(entry.fields);
    if (waiting.some((other) => other.form === entry.form && JSON.stringify(other.fields) === said)) return;
    entry.carried = carriedWith(entry.what);
    waiting.push(entry);
    write(OUTBOX, waiting);
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    tell(entry, SENDING);
    if (!hand(entry)) tell(entry, KEPT);
  });
  document.addEventListener("input", (event) => {
    const key = event.target.dataset?.draft;
    if (key) drafts.keep(key, event.target.value);
    const refusal = event.target.closest?.("form[data-say]")?.querySelector("[data-say-status][data-refused]");
    if (refusal) refusal.textContent = "";
  });
  dressForms();
}

export function sendAll() {
  for (const entry of waiting) tell(entry, hand(entry) ? SENDING : KEPT);
}

export function nothingWaits() {
  return waiting.length === 0;
}

// Nobody will answer any more. Some of it may have arrived, so that "not sent" could be untrue.
export function giveUpAll(because) {
  for (const entry of waiting) tell(entry, `This may not have reached us. ${because}`, true);
  waiting = [];
  write(OUTBOX, waiting);
}

export function settle(answer) {
  const entry = waiting.find((other) => other.nonce === answer.nonce);
  if (!entry) return;
  waiting = waiting.filter((other) => other !== entry);
  write(OUTBOX, waiting);
  if (answer.t === "saved") saved(entry);
  else refused(entry, answer);
}

function saved(entry) {
  const form = formOf(entry);
  if (entry.what === "react") write(WRITTEN, [...read(WRITTEN, []), [entry.fields.prompt, entry.nonce]].slice(-20));
  tell(entry, form?.dataset.saved ?? "Saved.");
  if (!form) return;
  if (form.dataset.said) write(SAID, [...new Set([...read(SAID, []), form.dataset.said])]);
  if (!("keep" in form.dataset) && JSON.stringify(fieldsOf(form)) === JSON.stringify(entry.fields)) {
    for (const field of form.querySelectorAll("[data-draft]")) drafts.drop(field.dataset.draft);
    form.reset();
  }
  dressForms();
  form.dispatchEvent(new CustomEvent("ct:saved", { bubbles: true, detail: { what: entry.what } }));
}

function refused(entry, answer) {
  tell(entry, answer.because, true);
  const field = answer.field && formOf(entry)?.elements.namedItem(answer.field);
  if (field instanceof HTMLElement) {
    field.setAttribute("aria-invalid", "true");
    if (!field.value && typeof entry.fields[field.name] === "string") field.value = entry.fields[field.name];
  }
}

// After every render: drafts back into empty fields, and what this device has already said marked as said.
export function dressForms() {
  for (const field of document.querySelectorAll("[data-draft]")) {
    const draft = drafts.of(field.dataset.draft);
    if (draft && !field.value) field.value = draft;
  }
  const said = read(SAID, []);
  for (const form of document.querySelectorAll("form[data-said]")) {
    const button = form.querySelector("[type=submit], button:not([type])");
    if (!button || !said.includes(form.dataset.said)) continue;
    button.setAttribute("aria-pressed", "true");
    const label = button.dataset.saidLabel ?? form.dataset.saidLabel;
    if (label) (button.querySelector("[data-label]") ?? button).textContent = label;
  }
}
