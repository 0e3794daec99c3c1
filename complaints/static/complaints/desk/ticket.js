// D2 by keyboard: R I C the composer's tabs, Ctrl+Enter sends, E A L G the next steps, B back to the board.
import { isAway, onKey, openSheet, say } from "./frame.js";

const main = document.getElementById("main");
const ONE = 70;
const PART = 67;

function count() {
  const words = document.getElementById("words");
  const counter = document.getElementById("counter");
  if (!words || !counter) return;
  const length = [...words.value].length;
  const trimmed = [...words.value.trim()].length;
  const messages = trimmed <= ONE ? Number(trimmed > 0) : Math.ceil(trimmed / PART);
  counter.textContent = counter.dataset.words.replace("{n}", length).replace("{max}", words.maxLength).replace("{sms}", messages);
}

main.addEventListener("input", (event) => { if (event.target.id === "words") count(); });
document.body.addEventListener("htmx:afterSettle", () => {
  count();
  const composer = document.getElementById("composer");
  if (!composer || document.querySelector("dialog[open]")) return;
  const alert = composer.querySelector("[role=alert]");
  if (alert) { alert.tabIndex = -1; alert.focus(); } else if (turned) document.getElementById("words").focus();
  turned = false;
});
count();

let turned = false;
main.addEventListener("click", (event) => {
  if (event.target.closest(".tabs button, [name=insert]")) turned = true;
  const step = event.target.closest("[data-sheet]");
  if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (isAway()) { say(document.getElementById("offline").dataset.words); return; }
  openSheet(step.getAttribute("href"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#composer")) {
    event.preventDefault();
    document.querySelector("#composer .end").click();
  }
});

onKey((event) => {
  const key = event.key.toUpperCase();
  const button = main.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (button) { event.preventDefault(); button.click(); return; }
  if (key === "B") { event.preventDefault(); location.assign(main.dataset.board); }
  if (key === "/") { event.preventDefault(); document.getElementById("canned")?.focus(); }
});
