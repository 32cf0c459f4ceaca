// One-way replies (docs/adr/0027). Every post carries a random key of its own, so that none stands out; a reply comes to
// every phone in the same bytes, and opens only where the key is. Keys stay in this tab and go when it leaves.

const KEYS = "ct.reply";
const MOST = 40;
const IV = 12; // bytes in front of each box
const ANSWERABLE = new Set(["react", "propose"]);
const away = new Set(); // what somebody has put away, until the page is loaded again
let looked = ""; // the boxes last tried

function keys() {
  try {
    return JSON.parse(sessionStorage.getItem(KEYS)) ?? [];
  } catch {
    return [];
  }
}

// What goes with a message besides its fields. Without the browser's own cryptography (plain http) it is empty.
export function carriedWith(what) {
  if (!ANSWERABLE.has(what)) return {};
  if (!crypto.subtle) return { reply: "" };
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const key = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  sessionStorage.setItem(KEYS, JSON.stringify([...keys(), key].slice(-MOST)));
  return { reply: key };
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

async function opened(key, box) {
  try {
    const made = await crypto.subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.slice(0, IV) }, made, box.slice(IV));
    return new TextDecoder().decode(plain).trimEnd();
  } catch {
    return ""; // not for this device
  }
}

async function look() {
  const boxes = document.querySelector("[data-replies]")?.dataset.replies ?? "";
  if (boxes === looked) return;
  looked = boxes;
  const tried = crypto.subtle ? keys().flatMap((key) => boxes.split(" ").filter(Boolean).map((box) => opened(key, bytesOf(box)))) : [];
  const found = (await Promise.all(tried)).filter(Boolean);
  if (boxes === looked) show([...new Set(found)]);
}

// Closed at first: whoever looks over a shoulder sees a small line, and nothing of what it says.
function show(found) {
  const card = document.getElementById("own-reply");
  if (!card) return;
  const fresh = found.filter((words) => !away.has(words));
  const place = card.querySelector("[data-own-reply]");
  const isNew = fresh.join("\n\n") !== place.textContent;
  place.textContent = fresh.join("\n\n");
  if (isNew) card.querySelector("details").open = false;
  card.hidden = fresh.length === 0;
  card.querySelector("[role=status]").textContent = fresh.length ? "There is something on this page for you." : "";
}

document.addEventListener("ct:swapped", look);
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-own-reply-away]")) return;
  away.add(document.querySelector("[data-own-reply]").textContent);
  show([]);
  document.getElementById("main")?.focus({ preventScroll: true });
});
