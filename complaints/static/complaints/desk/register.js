// Registering: likely duplicates while one types, Ctrl+Enter sends, one press is one ticket.
import { isAway, onKey } from "./frame.js";

const form = document.getElementById("register");
const PAUSE_MS = 400;

if (form) {
  const summary = document.getElementById("summary");
  (summary ?? document.getElementById("id_title")).focus();
  let timer;
  form.addEventListener("input", (event) => {
    if (!event.target.matches("#id_title, #id_phone")) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      // What somebody chose there already is not taken away from them.
      if (form.querySelector("[name=same]:checked:not([value=''])")) return;
      htmx.trigger(document.body, "desk:typed");
    }, PAUSE_MS);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (isAway()) return; // frame.js says so and keeps everything
    if (sent) { event.preventDefault(); return; }
    sent = true;
    document.getElementById("send").setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => { sent = false; });
}

document.getElementById("print")?.addEventListener("click", () => window.print());
onKey((event) => {
  const next = document.getElementById("main").dataset.new;
  if (next && event.key.toUpperCase() === "N") { event.preventDefault(); location.assign(next); }
});
