// Leaving: nothing of a visit stays in this browser, which may be a ward's computer. The page that says goodbye asks
// the browser to forget what it keeps by itself (Clear-Site-Data).

import { forget as forgetDrafts } from "./drafts.js";

export function forget() {
  forgetDrafts();
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("ct.")) sessionStorage.removeItem(key);
}

// The round is over: as on leaving, but the page with its last words stays.
export function forgetAll() {
  forget();
  // Without credentials a browser would not clear anything; a participant has none to send.
  fetch("/left", { method: "HEAD", credentials: "same-origin", cache: "no-store" }).catch(() => {});
}

// In the place of the room: going back leads to where somebody was before it.
export function leave() {
  forget();
  location.replace("/left");
}

// A page of the room that the browser had put by whole comes back with all its words: not after somebody has left.
addEventListener("pageshow", (event) => {
  const isRoom = document.body.dataset.live === "room";
  if (event.persisted && isRoom && !sessionStorage.getItem("ct.ticket")) location.replace("/left");
});
