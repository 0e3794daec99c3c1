// Draws the state on the page and nothing else: `draw(state)` may be called at any time and leaves no trace of an
// earlier visitor. What comes after the tap is drawn in screens_more.js.

import { $, $$, press, say } from "./dom.js";
import { drawMore } from "./screens_more.js";
import { HTML_LANG, word } from "./words.js";

export function draw(state) {
  drawWords(state);
  drawModes(state);
  for (const screen of $$(".screen")) screen.hidden = screen.id !== state.screen;
  if (state.screen === "service") drawService(state);
  if (state.config) drawPlace(state);
  drawQuestion(state);
  drawMore(state);
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
  read.hidden = !canRead;
  press(read, reading);
  read.lastElementChild.textContent = word(language, reading ? "stop" : "read");
  $(".utilities").hidden = false;
}

function drawService({ language, service, device, enrolling, enrolError, kept }) {
  const withForm = ["not_set_up", "revoked", "moving"].includes(service);
  const help = withForm ? "enrol_help" : service === "no_storage" ? "storage_help" : "no_config";
  $("#service-title").textContent = word(language, service === "no_config" ? "not_set_up" : service);
  $("#service-help").textContent = word(language, help);
  $("#enrol").hidden = !withForm;
  $("#enrol-go").disabled = enrolling;
  $("#enrol-go").textContent = word(language, enrolling ? "enrolling" : "enrol");
  say($("#enrol-error"), enrolError && word(language, enrolError));
  $("#code").setAttribute("aria-invalid", String(enrolError === "invalid_code"));
  $("#device").hidden = device === null || service === "not_set_up";
  $("#device").textContent = device === null ? "" : word(language, "device", device);
  $("#kept").hidden = !kept;
  $("#kept").textContent = kept ? word(language, "kept", kept) : "";
}

// Without a photo the number of the window takes its place.
function drawPlace({ config: { hall, window, staff } }) {
  $("#hall").textContent = hall.name;
  $("#window-number").textContent = window.number;
  $(".window").classList.toggle("long", String(window.number).length > 3);
  $("#staff").textContent = staff?.name ?? "";
  $("#staff").hidden = !staff;
  $("#window-name").textContent = window.name;
  const photo = $("#photo");
  if (staff?.photo && photo.getAttribute("src") !== staff.photo) photo.src = staff.photo;
  if (!staff?.photo) photo.removeAttribute("src");
  $(".who").classList.toggle("with-photo", Boolean(staff?.photo));
}

function drawQuestion({ language, visitor, notice }) {
  const hint = notice === "skipped" ? "skipped" : visitor ? "change_hint" : "hint";
  $("#hint").textContent = word(language, hint);
  $("#hint").hidden = notice === "not_saved";
  say($("#problem"), notice === "not_saved" && word(language, "not_saved"));
}

function drawFoot({ screen, language, online, waiting, visitor }) {
  const rating = screen === "k1" || screen === "k2";
  $("#privacy").hidden = !rating;
  $("#skip").hidden = screen !== "k1" || visitor !== null;
  $("#keep").hidden = screen !== "k1" || visitor === null;
  $("#stay").hidden = $("#ok").hidden = $("#countdown").hidden = screen !== "k3";
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
