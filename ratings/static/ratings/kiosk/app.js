// The tablet's page: puts the parts together. What a visitor sees is in visit.js and screens.js, what is kept in outbox.js
// and store.js, what is sent in sender.js, tablet.js and api.js.

import * as outbox from "./outbox.js";
import * as screens from "./screens.js";
import { Sender } from "./sender.js";
import { localVoice, onVoicesChanged } from "./speech.js";
import * as tablet from "./tablet.js";
import { Visit } from "./visit.js";

const POLL_MS = 60 * 1000;
const UPDATE_MS = 3600 * 1000;
const asked = new URLSearchParams(location.search);

const state = {
  screen: null, // service, k1, k2, k3
  service: null, // why the sign for the staff stands there, or null
  config: null,
  defaults: { language: "zh-hans", large: asked.has("large"), low: asked.has("low") },
  language: "zh-hans",
  large: false,
  low: false,
  visitor: null, // { id, level, reasons } between the tap and the end of the thank-you
  canUndo: false, // within a minute of the tap
  closed: false, // the minute is over and the server has the rating
  notice: null, // not_saved, skipped
  canRead: false,
  reading: null, // the level being read out, 0 for the question
  online: true,
  waiting: 0,
  kept: 0,
  enrolling: false,
  enrolError: null,
};

const visit = new Visit(state, { kick: () => sender.kick(), onHome: reloadIfNewer });
const sender = new Sender({ onOutcome: heard, pauses: () => visit.times.retry_s });
let newerIsReady = false;

async function start() {
  Object.assign(state, state.defaults);
  watchWorker();
  listen();
  try {
    const { token, config } = await tablet.remembered();
    if (config) configure(config);
    state.service = token ? (config ? null : "no_config") : "not_set_up";
  } catch {
    state.service = "no_storage";
  }
  visit.rest();
  if (state.service === "no_storage") return;
  tablet.askToPersist();
  await outbox.prune().catch(() => {});
  await poll();
  setInterval(poll, POLL_MS);
}

async function poll() {
  try {
    const answer = await tablet.refresh();
    if (answer.kind === "not_enrolled") return;
    if (answer.kind === "ok") configure(answer.config);
    heard(answer.kind);
    if (answer.kind !== "unauthorized") await tablet.heartbeat(document.documentElement.dataset.version);
  } catch {
    // The store failed for a moment; the next minute tries again.
  }
  sender.kick();
}

// The word of the last exchange is the truth about the network; `navigator.onLine` only knows of a cable.
async function heard(outcome) {
  if (outcome === "unauthorized") {
    state.service = "revoked";
  } else {
    state.online = outcome === "ok";
    if (state.online && state.service !== "not_set_up") state.service = state.config ? null : "no_config";
  }
  await recount().catch(() => {});
  visit.rest();
}

async function recount() {
  const { waiting, setAside } = await outbox.counts();
  state.waiting = waiting;
  state.kept = waiting + setAside;
}

function configure(config) {
  state.config = config;
  const low = asked.has("low") || config.window.kind === "low_position";
  if (low !== state.defaults.low) {
    state.defaults.low = low;
    if (visit.idle) state.low = low;
  }
  state.canRead = localVoice(state.language) !== null;
}

async function enrol(event) {
  event.preventDefault();
  if (state.enrolling || !screens.takeCode().trim()) return;
  Object.assign(state, { enrolling: true, enrolError: null });
  screens.draw(state);
  try {
    state.enrolError = await tablet.enrol(screens.takeCode());
  } catch {
    state.enrolError = "not_saved";
  }
  state.enrolling = false;
  if (state.enrolError === null) {
    screens.clearCode();
    state.service = "no_config";
    await poll();
  }
  visit.rest();
}

const ACTIONS = {
  undo: () => visit.undo(),
  keep: () => visit.keep(),
  finish: () => visit.finish(),
  skip: () => visit.skip(),
  home: () => visit.home(),
  stay: () => visit.touched(),
  here: () => visit.here(),
  read: () => visit.read(),
  large: () => visit.switchMode("large"),
  low: () => visit.switchMode("low"),
};

function listen() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button || visit.guarded) return;
    const { level, reason, language, do: action } = button.dataset;
    if (action !== "read") visit.stopReading();
    if (level) visit.rate(Number(level));
    else if (reason) visit.toggle(reason);
    else if (language) visit.switchLanguage(language);
    else if (action) ACTIONS[action]();
  });
  document.addEventListener("keydown", (event) => {
    const digit = /^[1-5]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
    if (digit && state.screen === "k1" && !visit.guarded) visit.rate(Number(event.key), { byKey: true });
  });
  document.querySelector("#enrol").addEventListener("submit", enrol);
  document.querySelector("#still").addEventListener("cancel", (event) => {
    event.preventDefault();
    visit.here();
  });
  addEventListener("online", poll);
  addEventListener("offline", () => heard("failure"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sender.kick());
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  onVoicesChanged(() => {
    state.canRead = localVoice(state.language) !== null;
    screens.draw(state);
  });
}

// A new version of the page waits until nobody is in front of the tablet.
async function watchWorker() {
  if (!navigator.serviceWorker) return;
  const { worker: address, version } = document.documentElement.dataset;
  let controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    newerIsReady = controlled; // the first worker has just made this very page its own: nothing new
    controlled = true;
    reloadIfNewer();
  });
  try {
    const registration = await navigator.serviceWorker.register(address);
    setInterval(() => registration.update().catch(() => {}), UPDATE_MS);
    setInterval(() => visit.idle && registration.waiting?.postMessage("activate"), POLL_MS);
    if (visit.idle) registration.waiting?.postMessage("activate");
  } catch {
    console.warn("no service worker, version", version);
  }
}

function reloadIfNewer() {
  if (newerIsReady && visit.idle && !screens.takeCode()) location.reload();
}

start();
