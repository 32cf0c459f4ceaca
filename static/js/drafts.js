// What is half typed. It stays in memory: a browser writes sessionStorage into files that outlive the tab, and the next
// person at a ward's computer could find there what was never sent. Only while the page is out of sight is it put
// there, so that a reload or a phone that drops the tab loses nothing.

const KEY = "ct.draft.";
const drafts = new Map(); // key of a field to what is typed in it

export const of = (key) => drafts.get(key) ?? "";
export const drop = (key) => drafts.delete(key);
export const forget = () => drafts.clear();

export function keep(key, words) {
  drafts.set(key, words);
}

function putAway() {
  for (const [key, words] of drafts) sessionStorage.setItem(KEY + key, words);
}

function takeBack() {
  for (const name of Object.keys(sessionStorage).filter((key) => key.startsWith(KEY))) {
    const key = name.slice(KEY.length);
    if (!drafts.has(key)) drafts.set(key, sessionStorage.getItem(name));
    sessionStorage.removeItem(name);
  }
}

takeBack();
addEventListener("pagehide", putAway);
addEventListener("pageshow", takeBack);
document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? putAway() : takeBack()));
