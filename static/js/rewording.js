// Before something is sent that may point to a person: a gentle note, made on this phone alone. It never blocks, and
// every word stays. Its rules come once the room is quiet: a whole room would fetch them at once otherwise.

const SOON = 4_000;
const SPREAD = 20_000;
const FORMS = "form[data-say=react], form[data-say=propose]";
let everythingNoticed = null;
let agreed = null; // what somebody wants to send as it is

async function load() {
  try {
    ({ everythingNoticed } = await import("./identifiers.js"));
  } catch {
    // Without a connection nothing is noticed here; the server looks as well.
  }
}

// While it asks, its own buttons are the only ones that send or do not: a third would only ask the same again.
function fold(form) {
  const note = form?.querySelector("[data-reword]");
  if (!note) return;
  note.remove();
  sendOf(form).hidden = false;
}

const sendOf = (form) => form.querySelector("[type=submit]");

function button(words, look, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button button--small ${look}`;
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
}

function sentence(found) {
  const line = document.createElement("p");
  line.id = "reword-words";
  line.append("This may point to a person: ");
  for (const [place, words] of [...new Set(found.map((one) => one.words))].entries()) {
    const mark = document.createElement("mark");
    mark.textContent = words;
    line.append(place ? ", “" : "“", mark, "”");
  }
  line.append(". Would you reword it?");
  return line;
}

function ask(form, field, found) {
  const note = document.createElement("div");
  note.className = "notice notice--warm reword";
  note.dataset.reword = "";
  note.tabIndex = -1;
  note.setAttribute("role", "group");
  note.setAttribute("aria-labelledby", "reword-words");
  const row = document.createElement("div");
  row.className = "button-row";
  const change = () => {
    fold(form);
    field.focus();
    field.setSelectionRange(found[0].start, found[0].start + found[0].words.length);
  };
  const send = () => {
    agreed = field.value;
    form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    sendOf(form).focus({ preventScroll: true }); // the button that was pressed has gone
  };
  row.append(button("Change it", "", change), button("Send as it is", "button--quiet", send));
  note.append(sentence(found), row);
  const status = form.querySelector("[data-say-status]");
  status.textContent = ""; // what it says is of something sent before
  status.parentElement.before(note);
  sendOf(form).hidden = true;
  note.focus();
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target.closest?.(FORMS);
    const field = form?.elements.namedItem("text");
    fold(form);
    const isAgreed = field?.value === agreed;
    agreed = null;
    const found = (field?.value && !isAgreed && everythingNoticed?.(field.value)) || [];
    if (!found.length) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it has not been said yet
    ask(form, field, found);
  },
  true,
);
document.addEventListener("input", (event) => fold(event.target.closest?.(FORMS)));
document.addEventListener("focusin", (event) => event.target.matches?.("textarea[name=text]") && !everythingNoticed && load());
setTimeout(load, SOON + Math.random() * SPREAD);
