// For every signed-in page with htmx: the CSRF header, a refused request told in words in #status-line, and copying.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

function say(words) {
  const line = document.getElementById("status-line");
  if (line) line.textContent = words;
}

function wordsOf(request) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  if (request.status < 400 || request.status >= 500 || !type.startsWith("text/")) return "";
  // Parsed into a document of its own and read as text: a refusal can never put markup on the page.
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const text = (page.querySelector("[data-refusal], main") ?? page.body).textContent.replace(/\s+/g, " ").trim();
  return text.length > 400 ? "" : text;
}

document.addEventListener("htmx:responseError", (event) => {
  say(wordsOf(event.detail.xhr) || "That could not be done. Please try again.");
});

document.addEventListener("htmx:sendError", () => {
  say("The server cannot be reached just now. Nothing was changed.");
});

document.addEventListener("htmx:beforeRequest", () => say(""));

// --- copying

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  // A dialog covers the line on the page.
  const line = document.querySelector("dialog[open] [data-words]") ?? document.getElementById("status-line");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    line.textContent = button.dataset.copied;
  } catch {
    line.textContent = "It is marked. Press Ctrl and C to copy it."; // plain http has no clipboard
  }
});
