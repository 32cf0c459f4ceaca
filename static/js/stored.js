// The rows of what this tab has written, as they stand in the database now. Asked for with what only this tab knows.
const place = document.getElementById("own-rows");
const words = document.getElementById("own-words");

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

async function look() {
  const ticket = sessionStorage.getItem("ct.ticket");
  if (!ticket) return;
  const body = JSON.stringify({ ticket, written: read("ct.written") });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/live/stored", { method: "POST", headers, credentials: "omit", cache: "no-store", body });
  const got = await answer.json();
  if (answer.ok) place.innerHTML = got.html;
  words.textContent = answer.ok ? "" : got.because;
  if (answer.status === 404) place.textContent = "It is sealed: the key that led from this phone to a row is destroyed.";
  document.getElementById("own").hidden = false;
}

function lookAgain() {
  look().catch(() => {
    words.textContent = "There is no connection just now.";
  });
}

document.getElementById("own-again").addEventListener("click", lookAgain);
lookAgain();
