// The tablet's page: puts the parts together. What a visitor sees is in visit.js, additions.js and screens.js, what is
// kept in outbox.js, extras.js and store.js, what is sent in sender.js, extras_sender.js, tablet.js and api.js.

import { placeOf } from "./additions.js";
import * as extras from "./extras.js";
import { ExtrasSender } from "./extras_sender.js";
import * as outbox from "./outbox.js";
import { canRead } from "./reading.js";
import * as screens from "./screens.js";
import { Sender } from "./sender.js";
import { onVoicesChanged } from "./speech.js";
import { getDevice } from "./store.js";
import * as tablet from "./tablet.js";
import { Visit } from "./visit.js";

const ACTIVATE_MS = 60 * 1000;
const PRUNE_MS = 24 * 3600 * 1000;
const UPDATE_MS = 3600 * 1000;
const asked = new URLSearchParams(location.search);

const state = {
  screen: null, // service, k1, k2, k2b, k3
  service: null, // why the sign for the staff stands there, or null
  config: null,
  device: null, // this tablet's own number, for the staff
  canSeal: false, // a telephone number and a voice can be locked for the server
  defaults: { language: "zh-hans", large: asked.has("large"), low: asked.has("low") },
  language: "zh-hans",
  large: false,
  low: false,
  visitor: null, // { id, level, reasons } between the tap and the end of the thank-you
  canUndo: false, // within a minute of the tap
  closed: false, // the minute is over and the server has the rating
  notice: null, // not_saved, skipped, voice_lost
  canRead: false,
  reading: false,
  online: true,
  waiting: 0,
  kept: 0,
  enrolling: false,
  enrolError: null,
};

const visit = new Visit(state, { kick, onHome: reloadIfNewer });
const sender = new Sender({ onOutcome: heard, pauses: () => visit.times.retry_s });
const extrasSender = new ExtrasSender({ kickRatings: () => sender.kick(), pauses: () => visit.times.retry_s });
let newerIsReady = false;
let nextPoll = null;

async function start() {
  Object.assign(state, state.defaults);
  watchWorker();
  listen();
  try {
    const { token, config } = await tablet.remembered();
    if (config) configure(config);
    state.service = token ? (config ? null : "no_config") : "not_set_up";
    state.device = (await getDevice("tablet")) ?? null;
  } catch {
    state.service = "no_storage";
  }
  visit.rest();
  if (state.service === "no_storage") return;
  tablet.askToPersist();
  await prune();
  setInterval(prune, PRUNE_MS);
  await takeOffered();
  await poll();
}

function prune() {
  return Promise.all([outbox.prune(), extras.prune()]).catch(() => {});
}

async function poll() {
  clearTimeout(nextPoll);
  try {
    const answer = await tablet.refresh();
    if (answer.kind === "not_enrolled") return; // enrolling polls anew
    if (answer.kind === "ok") configure(answer.config);
    heard(answer.kind);
    if (answer.kind !== "unauthorized") await tablet.heartbeat(document.documentElement.dataset.version);
  } catch {
    // The store failed for a moment; the next minute tries again.
  }
  clearTimeout(nextPoll); // another poll may have ended meanwhile
  nextPoll = setTimeout(poll, visit.times.poll_s * 1000);
  kick();
}

// Ratings first; what belongs to them follows as soon as they have arrived.
async function kick() {
  await sender.kick();
  extrasSender.kick();
}

// The word of the last exchange is the truth about the network; `navigator.onLine` only knows of a cable.
async function heard(outcome) {
  if (outcome === "unauthorized") {
    state.service = "revoked";
  } else {
    state.online = outcome === "ok";
    if (state.service === "moving" || (state.online && state.service !== "not_set_up")) state.service = signOf(state);
    if (state.online) extrasSender.kick();
  }
  await recount().catch(() => {});
  visit.rest();
}

// While a code waits that moves this tablet to another window, it asks for that code.
function signOf({ config }) {
  if (!config) return "no_config";
  return Date.parse(config.moving_until) > Date.now() ? "moving" : null;
}

async function recount() {
  const { waiting, setAside } = await outbox.counts();
  state.waiting = waiting;
  state.kept = waiting + setAside;
}

function configure(config) {
  state.config = config;
  state.canSeal = placeOf(config) !== null;
  const low = asked.has("low") || config.window.kind === "low_position";
  if (low !== state.defaults.low) {
    state.defaults.low = low;
    if (visit.idle) state.low = low;
  }
}

// A code from a QR code. On a tablet that works, a code that is no good changes nothing.
async function takeOffered() {
  const code = visit.idle ? tablet.offeredCode() : null;
  if (code !== null) await enrol(code);
}

async function enrol(code) {
  if (state.enrolling || !code.trim()) return;
  Object.assign(state, { enrolling: true, enrolError: null });
  screens.draw(state);
  try {
    state.enrolError = await tablet.enrol(code);
  } catch {
    state.enrolError = "not_saved";
  }
  state.enrolling = false;
  if (state.enrolError === null) {
    screens.clearCode();
    state.service = "no_config";
    state.device = await getDevice("tablet").catch(() => null);
    await poll();
  }
  visit.rest();
}

const ACTIONS = {
  undo: () => visit.undo(),
  keep: () => visit.keep(),
  finish: () => visit.finish(),
  voice: () => visit.speak(),
  call: () => visit.askForCall(),
  no_number: () => visit.dropNumber(),
  leave_number: () => visit.leaveNumber(),
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
    const { level, reason, language, key, do: action } = button.dataset;
    if (action !== "read") visit.stopReading();
    if (level) visit.rate(Number(level));
    else if (reason) visit.toggle(reason);
    else if (key) visit.pressed(key);
    else if (language) visit.switchLanguage(language);
    else if (action) ACTIONS[action]();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || visit.guarded) return;
    const { key } = event;
    if (state.screen === "k1" && /^[1-5]$/.test(key)) visit.rate(Number(key), { byKey: true });
    if (state.screen === "k2b" && /^(\d|Backspace)$/.test(key)) visit.pressed(key === "Backspace" ? "delete" : key);
  });
  document.querySelector("#enrol").addEventListener("submit", (event) => {
    event.preventDefault();
    enrol(screens.takeCode());
  });
  addEventListener("hashchange", takeOffered);
  document.querySelector("#still").addEventListener("cancel", (event) => {
    event.preventDefault();
    visit.here();
  });
  addEventListener("online", poll);
  addEventListener("offline", () => heard("failure"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && kick());
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  onVoicesChanged(() => {
    state.canRead = canRead(state);
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
    setInterval(() => visit.idle && registration.waiting?.postMessage("activate"), ACTIVATE_MS);
    if (visit.idle) registration.waiting?.postMessage("activate");
  } catch {
    console.warn("no service worker, version", version);
  }
}

function reloadIfNewer() {
  if (newerIsReady && visit.idle && !screens.takeCode()) location.reload();
}

start();
