// What the phone page gains where scripts run; everything works without. Reads the question and the faces aloud, sends a
// form once, and takes the way back from the faces away when its minute is over.

const form = document.getElementById("form");
const read = document.getElementById("read");
const change = document.getElementById("change");

let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
// The page may come back out of the browser's memory.
addEventListener("pageshow", () => {
  sent = false;
});

if (change) setTimeout(() => change.remove(), Number(change.dataset.seconds) * 1000);

const spoken = document.documentElement.lang.toLowerCase().split("-")[0];
const label = read.querySelector("span");
const words = { read: label.textContent, stop: read.dataset.stop };
let reading = false;

// Only a voice that lives on the phone: what is on the page is read to nobody else.
function voice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((one) => one.localService && one.lang.toLowerCase().startsWith(spoken)) ?? null;
}

function show() {
  read.hidden = voice() === null;
}

function stop() {
  reading = false;
  speechSynthesis.cancel();
  read.setAttribute("aria-pressed", "false");
  label.textContent = words.read;
  for (const face of document.querySelectorAll(".is-reading")) face.classList.remove("is-reading");
}

function mark(node) {
  for (const face of document.querySelectorAll(".is-reading")) face.classList.remove("is-reading");
  if (node.matches(".face")) node.classList.add("is-reading");
}

function say([node, ...rest]) {
  if (!node || !reading) return stop();
  const utterance = new SpeechSynthesisUtterance(node.textContent.trim());
  Object.assign(utterance, { voice: voice(), lang: voice()?.lang, rate: 0.9 });
  utterance.onend = () => reading && say(rest);
  utterance.onerror = stop;
  mark(node);
  speechSynthesis.speak(utterance);
}

read.addEventListener("click", () => {
  if (reading) return stop();
  reading = true;
  form.elements.read.value = "1";
  read.setAttribute("aria-pressed", "true");
  label.textContent = words.stop;
  say([...document.querySelectorAll("#question, .face, .reason span")]);
});
addEventListener("pagehide", () => reading && stop());

show();
globalThis.speechSynthesis?.addEventListener?.("voiceschanged", show);
