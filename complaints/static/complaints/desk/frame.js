// What every page of the desk shares: the keys' sheet, the one live region, the bar for a lost connection.
// Without this file everything works by plain links and forms.
document.documentElement.classList.add("js");

const live = document.getElementById("live");
const bar = document.getElementById("offline");
const KEYS = "desk.keys"; // "off" when somebody's input method needs the single letters; nothing else is kept here
let quiet;

export function say(words) {
  live.textContent = "";
  clearTimeout(quiet);
  // A changed text is read out; the same text again would not be.
  requestAnimationFrame(() => { live.textContent = words; });
  quiet = setTimeout(() => { live.textContent = ""; }, 8000);
}

export function isAway() {
  return document.body.classList.contains("away");
}

export function setAway(away) {
  if (away === isAway()) return;
  document.body.classList.toggle("away", away);
  bar.hidden = !away;
  bar.textContent = away ? bar.dataset.words : "";
}

function keysAreOn() {
  try { return localStorage.getItem(KEYS) !== "off"; } catch { return true; }
}

// Runs `act` for a single letter typed outside fields, sheets and shortcuts of the browser.
export function onKey(act) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    if (!keysAreOn() && event.key.length === 1) return;
    act(event);
  });
}

function showKeys() {
  document.getElementById("keys").showModal();
}

document.querySelector("[data-keys]")?.addEventListener("click", showKeys);
onKey((event) => {
  if (event.key === "?") { event.preventDefault(); showKeys(); }
});
const box = document.getElementById("keys-on");
box.checked = keysAreOn();
box.addEventListener("change", () => {
  try { localStorage.setItem(KEYS, box.checked ? "on" : "off"); } catch { /* a browser that keeps nothing */ }
});

// --- the sheet: a form of a move, brought by htmx ---------------------------------------------------------------
const sheet = document.getElementById("sheet");
let before = null; // where the focus was

export function openSheet(address) {
  before = document.activeElement;
  htmx.ajax("GET", address, { target: "#sheet-body", swap: "innerHTML" });
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "sheet-body") return;
  if (!sheet.open) sheet.showModal();
  const alert = sheet.querySelector("[role=alert]");
  const field = sheet.querySelector("select, textarea, input:not([type=hidden]), button");
  if (alert) { alert.tabIndex = -1; alert.focus(); } else field?.focus();
});
sheet.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) { event.preventDefault(); sheet.close(); }
});
sheet.addEventListener("close", () => {
  document.getElementById("sheet-body").replaceChildren();
  const still = before?.id ? document.getElementById(before.id) : before;
  still?.focus();
});
document.body.addEventListener("desk:moved", (event) => {
  if (sheet.open) sheet.close();
  say(event.detail.words);
});

// --- the connection: the truth is whether the last question was answered ---------------------------------------------
document.body.addEventListener("htmx:sendError", () => setAway(true));
document.body.addEventListener("htmx:timeout", () => setAway(true));
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.status > 0) setAway(false);
});
window.addEventListener("offline", () => setAway(true));
window.addEventListener("online", () => htmx.trigger(document.body, "desk:refresh"));
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isAway() && event.detail.requestConfig.verb !== "get") {
    event.preventDefault();
    say(bar.dataset.words);
  }
});
document.addEventListener("submit", (event) => {
  if (isAway() && event.target.method === "post") { event.preventDefault(); say(bar.dataset.words); }
}, true);
