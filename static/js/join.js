// The way in: the code from the address's fragment (which no server and no log ever sees) or from the form is
// exchanged for a ticket, which stays in this tab.

import { forget } from "./leave.js";

const form = document.getElementById("join-form");
const input = form?.elements.namedItem("code");
const error = document.getElementById("join-error");
const CAME_WITH = "ct.code"; // the code of the link, until somebody has joined

function fromAddress() {
  const fragment = location.hash.slice(1);
  if (!fragment) return;
  history.replaceState(null, "", location.pathname);
  if (input) {
    input.value = fragment.replaceAll("%20", " ");
    sessionStorage.setItem(CAME_WITH, input.value); // the address no longer has it: without this a reload loses it
    clearError();
  }
}

function clearError() {
  if (error) error.textContent = "";
  input?.removeAttribute("aria-invalid");
}

function refuse(words) {
  if (error) error.textContent = words;
  input?.setAttribute("aria-invalid", "true");
  input?.focus();
}

function keep(ticket) {
  forget(); // what is left of an earlier round in this tab belongs to that round
  sessionStorage.setItem("ct.ticket", ticket);
}

async function join() {
  const answer = await fetch("/live/join", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    cache: "no-store",
    body: JSON.stringify({ code: input.value }),
  });
  const body = await answer.json();
  if (!answer.ok) return refuse(body.because);
  keep(body.ticket);
  location.replace("/r"); // the way back leads out of the site, not through the door again
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit], button:not([type])");
  if (button?.getAttribute("aria-disabled") === "true") return;
  clearError();
  button?.setAttribute("aria-disabled", "true");
  try {
    await join();
  } catch {
    refuse("The server cannot be reached just now. Please try again in a moment.");
  } finally {
    button?.removeAttribute("aria-disabled");
  }
});

// While somebody reads what is promised, a slow line has time for what the room will need.
function fetchTheRooms() {
  const links = document.getElementById("of-the-room")?.content;
  if (links) document.head.append(links);
}

if (document.readyState === "complete") fetchTheRooms();
else addEventListener("load", fetchTheRooms);
if (input && !input.value) input.value = sessionStorage.getItem(CAME_WITH) ?? "";
fromAddress();
addEventListener("hashchange", fromAddress);
