// 读给我听: says what the screen says, in its order, and marks each part while it is said.

import { $$ } from "./dom.js";
import { localVoice, speak } from "./speech.js";

// A number that was typed and a query code are never said aloud: others stand near.
const PARTS = {
  k1: "#question, .face",
  k2: "#said, #reasons-question, .reason, .option, .row-end [data-do='finish']",
  k2b: "#call-title, #call-purpose, #phone-problem span",
  k3: "#thanks, #thanks-line, #ticket .label, #receipt, #ticket .scan",
};

export function canRead({ language, screen }) {
  return screen in PARTS && localVoice(language) !== null;
}

// Returns what stops it; `ended` is called once, at the end or when it is stopped.
export function readScreen({ language, screen }, ended) {
  const nodes = $$(PARTS[screen]).filter((node) => node.getClientRects().length > 0);
  const mark = (marked) => nodes.forEach((node) => node.classList.toggle("is-reading", node === marked));
  const parts = nodes.map((node) => ({ text: textOf(node), begin: () => mark(node) }));
  return speak(language, parts, () => {
    mark(null);
    ended();
  });
}

function textOf(node) {
  // A receipt is read sign by sign.
  if (node.id === "receipt") return [...node.textContent].join(" ");
  return node.innerText.replace(/\s*\n\s*/g, ", ");
}
