// The live connection of a phone, a wall or a console (docs/protocol.md). Every trouble has one way out: come back,
// say hello, get a snapshot. Where no socket gets through, the same is asked and said over HTTP.

import { giveUpAll, nothingWaits, sendAll, settle, start } from "./outbox.js";
import { forgetAll, leave } from "./leave.js";
import { padded } from "./padding.js";
import { show } from "./regions.js";

const BEAT = 10_000;
const MOST_UNANSWERED = 500_000; // letters heard since the last beat
const ANSWER = 5_000; // a beat that is not answered in this time means that the line is dead
const ANSWER_AWAKE = 2_000; // and so does less after a sleep, in which phones' lines die without a word
const POLL = 2_500;
const RETRY_SOCKET = 30_000;
const LONGEST_WAIT = 5_000;
const SHORT_WAIT = 1_000; // while it may have been a restart, which is over in a second or two
const SHORT_TRIES = 10;
const TRIES_BEFORE_POLLING = 3;
const PACKS = "DecompressionStream" in globalThis;
const GOODBYES = new Set([4401, 4404]); // there is nothing to come back to

const audience = document.body.dataset.live;
let ticket = "";
let socket = null;
let revision = null;
let unanswered = 0;
let failures = 0; // attempts since the last snapshot over a socket
let polling = false;
let ended = false;
let troubled = false;
let lost = false; // a frame was missed: only a snapshot helps
let farewell = null;
let heard = Promise.resolve(); // frames are heard in the order in which they came, also while one is being unpacked
let lookAgain = () => {}; // a wall waits for the doors; in a window that nobody sees its clock goes once a minute
let beatTimer, answerTimer, openTimer, pollTimer, wordsTimer;

function words(text, state = "reconnecting") {
  const line = document.getElementById("connection");
  if (!line || line.textContent === text) return;
  line.dataset.state = state;
  line.textContent = text;
}

function trouble() {
  if (troubled || ended) return;
  troubled = true;
  clearTimeout(wordsTimer);
  wordsTimer = setTimeout(() => words("Reconnecting…"), 800); // a blink is not worth a word
}

function fine() {
  if (!troubled) return;
  troubled = false;
  clearTimeout(wordsTimer);
  words("Connected", "connected");
  wordsTimer = setTimeout(() => words(""), 3_000);
}

function end(because) {
  ended = true;
  for (const timer of [beatTimer, answerTimer, openTimer, pollTimer, wordsTimer]) clearTimeout(timer);
  const reason = because || "This round is not known here any more.";
  giveUpAll(reason);
  if (audience === "room") forgetAll();
  document.getElementById("coming-in")?.remove();
  if (audience !== "console" && document.body.dataset.stage === "closed") return; // the page already says so
  words(reason);
  const line = document.getElementById("connection");
  if (!line || audience !== "room") return;
  const link = document.createElement("a");
  link.href = "/j";
  link.textContent = "Join with a code";
  line.append(" ", link);
}

// The page with its last words stays and keeps nothing: there is no need to leave for that.
function endWithTheRound() {
  if (ended || audience !== "room" || document.body.dataset.stage !== "closed" || !nothingWaits()) return;
  const mine = socket;
  socket = null;
  end();
  mine?.close();
}

async function ask(path, question, written = JSON.stringify) {
  const credentials = audience === "console" ? "same-origin" : "omit"; // a phone carries no cookie anywhere
  const headers = { "Content-Type": "application/json" };
  const body = written(question);
  const answer = await fetch(`/live/${path}`, { method: "POST", headers, credentials, cache: "no-store", body });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

// --- the socket

function open() {
  clearTimeout(openTimer);
  if (ended || (socket && socket.readyState <= WebSocket.OPEN)) return;
  farewell = null;
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  socket = mine;
  answerTimer = setTimeout(() => giveUp(mine), ANSWER * 2); // some proxies swallow a handshake and say nothing
  mine.binaryType = "blob";
  mine.onopen = () => write({ t: "hello", ticket, revision, packs: PACKS });
  mine.onmessage = (event) => inTurn(mine, async () => {
    const text = await unpacked(event.data);
    if (mine === socket) receive(text);
  });
  mine.onclose = (event) => inTurn(mine, () => closed(event.code));
}

function inTurn(mine, what) {
  heard = heard.then(() => mine === socket && what()).catch(console.error); // the next beat notices what is missing
}

// A picture may come packed (docs/adr/0034): over a slow line a full room would else take seconds.
function unpacked(data) {
  if (typeof data === "string") return data;
  return new Response(data.stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

function giveUp(mine) {
  if (mine !== socket) return;
  mine.close();
  closed(1006); // do not wait for a dead line to agree that it is dead
}

function closed(code) {
  clearTimeout(answerTimer);
  clearTimeout(beatTimer);
  socket = null;
  if (GOODBYES.has(code)) return end(farewell);
  if (!polling) trouble();
  failures += 1;
  if (failures >= TRIES_BEFORE_POLLING && !polling) poll();
  // Jitter: a whole room must not come back at once. While HTTP gets through, the socket can wait.
  const wait = polling && !troubled ? RETRY_SOCKET : Math.random() * longestWait();
  openTimer = setTimeout(open, code === 4429 ? LONGEST_WAIT : wait);
}

function longestWait() {
  if (failures === 1) return 300;
  return Math.min(LONGEST_WAIT, SHORT_WAIT * 2 ** Math.max(0, failures - SHORT_TRIES));
}

function write(frame, written = JSON.stringify) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(written(frame));
  return true;
}

function beat(patience = ANSWER) {
  clearTimeout(beatTimer);
  beatTimer = setTimeout(beat, BEAT);
  if (!write({ t: "beat", revision: lost ? null : revision })) return;
  unanswered = 0;
  const mine = socket;
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => giveUp(mine), patience);
  sendAll(); // what was not answered since the last beat; the server takes each nonce once
}

function missed() {
  if (lost) return;
  lost = true;
  beat();
}

// Much at once has to be answered before the next beat is due, or the server takes us for somebody who does not read.
function receive(text) {
  unanswered += text.length;
  hear(JSON.parse(text));
  if (unanswered < MOST_UNANSWERED || lost) return;
  unanswered = 0;
  write({ t: "beat", revision });
}

function hear(frame) {
  clearTimeout(answerTimer);
  if (frame.t === "snapshot") {
    lost = false;
    take(frame);
    failures = 0;
    polling = false;
    clearTimeout(pollTimer);
    beat();
  } else if (frame.t === "change") {
    if (frame.from === revision && !lost) take(frame);
    else missed();
  } else if (frame.t === "beat") {
    if (frame.revision !== revision) missed();
  } else if (frame.t === "bye") farewell = frame.because;
  else settle(frame);
  endWithTheRound();
}

function take(frame) {
  show(frame);
  revision = frame.revision;
  fine();
}

// --- plain HTTP, while no socket gets through

async function poll() {
  polling = true;
  clearTimeout(pollTimer);
  try {
    const { status, body } = await ask("poll", { ticket, revision });
    if (!polling || ended) return;
    if (status === 401 || status === 404) return end(body.because);
    if (status === 200) take(body);
    endWithTheRound();
    if (ended) return;
    if (status === 200 || status === 204) {
      fine();
      sendAll();
    } else trouble();
  } catch {
    trouble();
  }
  if (polling && !ended) pollTimer = setTimeout(poll, POLL);
}

const asked = new Set(); // nonces whose request is under way

function hand(entry) {
  const message = { what: entry.what, nonce: entry.nonce, ...entry.fields, ...entry.carried };
  if (write({ t: "say", ...message }, padded)) return true;
  if (polling) sayOverHttp(message);
  return polling && !troubled;
}

async function sayOverHttp(message) {
  if (asked.has(message.nonce)) return;
  asked.add(message.nonce);
  try {
    const { status, body } = await ask("say", { ...message, ticket }, padded);
    if ([200, 400, 422].includes(status)) settle({ ...body, nonce: message.nonce });
    endWithTheRound();
  } catch {
    // Kept: the next poll that gets through sends it again.
  } finally {
    asked.delete(message.nonce);
  }
}

// --- coming in, waking up, leaving

function wake() {
  lookAgain();
  if (!ticket || ended || document.visibilityState === "hidden") return;
  if (socket?.readyState !== WebSocket.OPEN) return open();
  if (revision !== null) beat(ANSWER_AWAKE); // before the first snapshot, its own clock is running
}

async function wallTicket() {
  const token = location.hash.slice(1) || sessionStorage.getItem("ct.wall");
  if (!token) return end("Open the wall from the facilitator’s screen.");
  sessionStorage.setItem("ct.wall", token);
  history.replaceState(null, "", location.pathname); // a projector shows its address to the whole room
  try {
    const { status, body } = await ask("wall", { token });
    if (status === 200) return body.ticket;
    if (status === 404) return end(body.because);
    fine();
    if (body.html) show({ t: "snapshot", stage: body.stage, html: body.html, rows: {} }); // not open yet
    else words(body.because);
  } catch {
    trouble();
  }
  await new Promise((done) => setTimeout((lookAgain = done), POLL));
  return wallTicket();
}

async function comeIn() {
  if (audience === "room") ticket = sessionStorage.getItem("ct.ticket") ?? "";
  if (audience === "console") ticket = document.body.dataset.ticket ?? "";
  if (audience === "wall") ticket = (await wallTicket()) ?? "";
  if (ticket) {
    words("");
    start(hand);
    open();
  } else if (audience === "room") location.replace("/j");
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-leave]")) return;
  ended = true;
  socket?.close();
  leave();
});
for (const moment of ["pageshow", "online"]) addEventListener(moment, wake);
addEventListener("offline", () => socket && giveUp(socket)); // the socket itself would notice only at the next beat
document.addEventListener("visibilitychange", wake);
// After a press over HTTP: what it changed comes by itself over an open socket, and is asked for without one.
document.addEventListener("ct:refresh", () => ticket && !ended && socket?.readyState !== WebSocket.OPEN && poll());
// A new link pasted over this wall changes the fragment alone, and the page would stay as it is.
addEventListener("hashchange", () => audience === "wall" && location.hash.length > 1 && location.reload());
if (audience) comeIn();
