// Draws what comes after the tap: the reasons, the spoken remark, the number pad, the thank-you and its receipt.

import { $, $$, press, say } from "./dom.js";
import { grouped as groupedPhone } from "./phone.js";
import { qrPath } from "./qr.js";
import { grouped as groupedCode, trackingAddress } from "./receipt.js";
import { dayInWords, HTML_LANG, reasonsQuestion, word } from "./words.js";

const CALL_LEVELS = [1, 2, 3];
const PLENTY = 6;

export function drawMore(state) {
  drawReasons(state);
  drawCards(state);
  drawNumber(state);
  drawThanks(state);
}

function drawReasons({ screen, language, config, visitor, canUndo, closed }) {
  if (screen !== "k2" || !visitor) {
    $("#said-face").replaceChildren();
    $("#said-level").textContent = "";
    $("#reasons").replaceChildren();
    return;
  }
  const { level, reasons } = visitor;
  $("#said-face").replaceChildren($(`.face[data-level="${level}"] svg`).cloneNode(true));
  $("#said-level").textContent = word(language, `level_${level}`);
  $("#reasons-question").firstElementChild.textContent = word(language, reasonsQuestion(level));
  const offered = config.reasons[level] ?? [];
  $(".more").hidden = offered.length === 0 || closed;
  $("#reasons").classList.toggle("many", offered.length > PLENTY);
  $("#k2").classList.toggle("dense", offered.length > PLENTY);
  drawReasonButtons(offered, reasons, language);
  for (const button of $$('[data-do="undo"]')) button.hidden = !canUndo;
}

// Keeps the buttons that are there, so that focus stays on the one just pressed.
function drawReasonButtons(offered, chosen, language) {
  const group = $("#reasons");
  const shown = [...group.children].map((button) => button.dataset.reason);
  if (shown.join() !== offered.map((reason) => reason.code).join()) {
    group.replaceChildren(
      ...offered.map((reason) => {
        const button = $("#reason").content.firstElementChild.cloneNode(true);
        button.dataset.reason = reason.code;
        return button;
      }),
    );
  }
  offered.forEach(({ code, text }, position) => {
    const button = group.children[position];
    const label = button.lastElementChild;
    label.textContent = text[language] || text["zh-hans"];
    label.lang = HTML_LANG[text[language] ? language : "zh-hans"];
    press(button, chosen.has(code));
  });
}

const VOICE_WORDS = {
  ready: ["voice", "voice_hint"],
  starting: ["voice_starting", "voice_hint"],
  recording: ["recording", "recording_hint"],
  recorded: ["recorded", "recorded_hint"],
  refused: ["no_microphone", "no_microphone_hint"],
};

// The two cards; also several times a second while a recording runs.
export function drawCards({ language, config, visitor, canSeal, voice, invited }) {
  const card = $("#voice");
  card.hidden = !canSeal || voice.status === "off";
  $("#call").hidden = !canSeal || !Number.isInteger(config.number) || !CALL_LEVELS.includes(visitor?.level);
  const cards = [...$(".side").children].filter((child) => !child.hidden).length;
  $(".side").hidden = cards === 0;
  $(".additions").dataset.cards = cards;
  card.dataset.status = voice.status;
  card.classList.toggle("is-invited", invited);
  press(card, voice.status === "recording");
  const [title, hint] = VOICE_WORDS[voice.status] ?? VOICE_WORDS.ready;
  const time = `${Math.floor(voice.seconds / 60)}:${String(voice.seconds % 60).padStart(2, "0")}`;
  $("#voice-title").textContent = word(language, title, time);
  $("#voice-hint").textContent = word(language, hint);
  const bars = [...$(".meter").children];
  for (const [i, bar] of bars.entries()) bar.classList.toggle("on", i < Math.round(voice.level * bars.length));
}

function drawNumber({ screen, language, digits, phoneProblem }) {
  const place = $("#digits");
  const isEmpty = screen !== "k2b" || digits === "";
  place.textContent = isEmpty ? word(language, "press_digits") : groupedPhone(digits);
  place.classList.toggle("empty", isEmpty);
  place.classList.toggle("wrong", phoneProblem !== null);
  say($("#phone-problem"), phoneProblem && word(language, phoneProblem.word, phoneProblem.n));
}

// The thank-you never says what was chosen.
function drawThanks(state) {
  const { screen, config, ticket } = state;
  $("#thanks-line").textContent = screen === "k3" ? lineOf(state) : "";
  $("#ticket").hidden = !ticket;
  $(".thanks").classList.toggle("with-ticket", Boolean(ticket));
  const isDrawn = $("#receipt").textContent === (ticket?.number ?? "");
  if (isDrawn) return;
  $("#receipt").textContent = ticket?.number ?? "";
  $("#query-code").textContent = ticket ? groupedCode(ticket.code) : "";
  const { d, size } = ticket ? qrPath(addressOf(config, ticket)) : { d: "", size: 1 };
  $("#qr").setAttribute("viewBox", `0 0 ${size} ${size}`);
  $("#qr path").setAttribute("d", d);
}

function addressOf(config, { number, code }) {
  return trackingAddress(config.public_address || location.origin, number, code);
}

function lineOf({ language, config, online, notice, ticket }) {
  if (notice === "voice_lost") return word(language, "voice_lost");
  if (!ticket) return word(language, online ? "thanks_line" : "thanks_offline");
  if (!online) return word(language, "call_offline");
  // A promise names its day; where the calendar is not known, better none than a wrong one.
  const day = config.working_days?.find((iso) => iso > ticket.day);
  return day ? word(language, "call_by", dayInWords(language, day)) : word(language, "call_line");
}
