// Draws the state on the page and nothing else: `draw(state)` may be called at any time and leaves no trace of an
// earlier visitor. Everything that touches the DOM is here.

import { HTML_LANG, reasonsQuestion, word } from "./words.js";

const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];

export function draw(state) {
  drawWords(state);
  drawModes(state);
  for (const screen of $$(".screen")) screen.hidden = screen.id !== state.screen;
  if (state.screen === "service") drawService(state);
  if (state.config) drawPlace(state);
  drawQuestion(state);
  drawReasons(state);
  drawFoot(state);
}

function drawWords({ language }) {
  document.documentElement.lang = HTML_LANG[language];
  document.title = word(language, "title");
  for (const node of $$("[data-word]")) node.textContent = word(language, node.dataset.word);
  for (const node of $$("[data-label]")) node.setAttribute("aria-label", word(language, node.dataset.label));
  for (const button of $$("[data-language]")) press(button, button.dataset.language === language);
}

function drawModes({ screen, language, large, low, canRead, reading }) {
  document.body.dataset.screen = screen;
  document.body.classList.toggle("large", large);
  document.body.classList.toggle("low", low);
  press($('[data-do="large"]'), large);
  press($("#low"), low);
  const read = $("#read");
  read.hidden = !canRead || screen !== "k1";
  press(read, reading !== null);
  read.lastElementChild.textContent = word(language, reading === null ? "read" : "stop");
  for (const face of $$(".face")) face.classList.toggle("is-reading", Number(face.dataset.level) === reading);
  $(".utilities").hidden = false;
}

function drawService({ language, service, enrolling, enrolError, kept }) {
  const withForm = service === "not_set_up" || service === "revoked";
  const help = withForm ? "enrol_help" : service === "no_storage" ? "storage_help" : "no_config";
  $("#service-title").textContent = word(language, service === "no_config" ? "not_set_up" : service);
  $("#service-help").textContent = word(language, help);
  $("#enrol").hidden = !withForm;
  $("#enrol-go").disabled = enrolling;
  $("#enrol-go").textContent = word(language, enrolling ? "enrolling" : "enrol");
  say($("#enrol-error"), enrolError && word(language, enrolError));
  $("#code").setAttribute("aria-invalid", String(enrolError === "invalid_code"));
  $("#kept").hidden = !kept;
  $("#kept").textContent = kept ? word(language, "kept", kept) : "";
}

// No photo in this version: the number of the window takes its place.
function drawPlace({ config: { hall, window, staff } }) {
  $("#hall").textContent = hall.name;
  $("#window-number").textContent = window.number;
  $(".window").classList.toggle("long", String(window.number).length > 3);
  $("#staff").textContent = staff?.name ?? "";
  $("#staff").hidden = !staff;
  $("#window-name").textContent = window.name;
}

function drawQuestion({ language, visitor, notice }) {
  const hint = notice === "skipped" ? "skipped" : visitor ? "change_hint" : "hint";
  $("#hint").textContent = word(language, hint);
  $("#hint").hidden = notice === "not_saved";
  say($("#problem"), notice === "not_saved" && word(language, "not_saved"));
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
  $("#reasons").classList.toggle("many", offered.length > 6);
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

function drawFoot({ screen, language, online, waiting, visitor }) {
  const rating = screen === "k1" || screen === "k2";
  $("#privacy").hidden = !rating;
  $("#skip").hidden = screen !== "k1" || visitor !== null;
  $("#keep").hidden = screen !== "k1" || visitor === null;
  $("#stay").hidden = $("#ok").hidden = $("#countdown").hidden = screen !== "k3";
  $("#thanks-line").textContent = screen === "k3" ? word(language, online ? "thanks_line" : "thanks_offline") : "";
  const net = $("#net");
  net.hidden = online || !rating;
  const parts = [word(language, "offline"), ...(waiting ? [word(language, "waiting", waiting)] : [])];
  net.lastElementChild.textContent = parts.join(" · ");
}

// How the visitor met the page, for the report on access: only what was on, never who.
export function modes({ low, large }, also) {
  const on = {
    low_reach: low,
    large_text: large,
    phone: matchMedia("(max-width: 599px), (max-width: 899px) and (max-height: 599px)").matches,
    portrait: matchMedia("(orientation: portrait) and (min-width: 600px)").matches,
    ...also,
  };
  return Object.keys(on).filter((mode) => on[mode]);
}

export function drawCountdown({ language }, seconds, total) {
  $("#countdown").lastElementChild.textContent = word(language, "back_in", seconds);
  drawRing($("#countdown"), seconds / total);
}

export function drawWarning({ language }, seconds, total) {
  $("#still-line").textContent = word(language, "clearing", seconds);
  // Heard when it opens, and once more half-way; not every second.
  $("#still-live").textContent = seconds <= total / 2 ? word(language, "clearing", total / 2) : "";
  drawRing($("#still"), seconds / total);
}

export function openWarning() {
  if (!$("#still").open) $("#still").showModal();
  $("#here").focus();
}

export function closeWarning() {
  if ($("#still").open) $("#still").close();
}

export function focusHeading(screen) {
  $(`#${screen} h1`).focus({ preventScroll: true });
  scrollTo(0, 0);
}

// For screen readers: said once, politely.
export function announce(text) {
  $("#live").textContent = text;
}

export function takeCode() {
  return $("#code").value;
}

export function clearCode() {
  $("#code").value = "";
}

function drawRing(place, share) {
  place.querySelector(".left").setAttribute("stroke-dasharray", `${Math.max(0, share) * 100} 100`);
}

function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

function say(place, text) {
  place.hidden = !text;
  place.lastElementChild.textContent = text || "";
}
