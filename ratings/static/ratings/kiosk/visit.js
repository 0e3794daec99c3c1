// One visitor in front of the tablet: K1 → K2 (→ K2b) → K3 → K1. A tap is a complete rating; all after it is extra.

import { Additions } from "./additions.js";
import * as outbox from "./outbox.js";
import { canRead, readScreen } from "./reading.js";
import * as screens from "./screens.js";
import { TIMINGS } from "./tablet.js";
import * as timer from "./timer.js";
import { LANGUAGES, word } from "./words.js";

const SKIPPED_S = 4;
const OTHER = /(^|\.)other$/; // the reason that is best said in one's own words
const MINUTE_MARGIN_MS = 500;
const LONGEST_ANSWER_MS = 24 * 3600 * 1000;

export class Visit {
  #state;
  #kick;
  #onHome;
  #additions;
  #guardUntil = 0;
  #shownAt = 0;
  #busy = false;
  #usedReading = false;
  #stopReading = () => {};
  #minute = null;

  // `kick` starts the senders; `onHome` is told when nobody is in front of the tablet any more.
  constructor(state, { kick, onHome }) {
    this.#state = state;
    this.#kick = kick;
    this.#onHome = onHome;
    this.#additions = new Additions(state, { kick });
  }

  get times() {
    return { ...TIMINGS, ...this.#state.config?.timings };
  }

  get idle() {
    return this.#state.visitor === null && !this.#busy && this.#state.screen !== "k3";
  }

  // Taps within the guard after a change of screen belong to the screen before: a second knock of the same finger.
  get guarded() {
    return this.#busy || performance.now() < this.#guardUntil;
  }

  async rate(level, { byKey = false } = {}) {
    const state = this.#state;
    this.#stopReading();
    this.#busy = true;
    // The identity and the moment are the tap's, not the store's.
    const tap = { id: outbox.newId(), ratedAt: outbox.stamp(), at: performance.now(), byKey };
    try {
      if (state.visitor === null) await this.#record(level, tap);
      else if (state.visitor.level !== level) await this.#change({ level, reasons: new Set() });
    } catch {
      state.notice = "not_saved";
      screens.draw(state);
      return;
    } finally {
      this.#busy = false;
    }
    state.notice = null;
    this.#go("k2");
    screens.announce(word(state.language, "saved") + word(state.language, `level_${level}`));
  }

  async #record(level, { id, ratedAt, at, byKey }) {
    const state = this.#state;
    await outbox.record({
      id,
      ratedAt,
      level,
      language: state.language,
      modes: screens.modes(state, { read_aloud: this.#usedReading, keypad: byKey }),
      answeredMs: Math.min(LONGEST_ANSWER_MS, Math.round(at - this.#shownAt)),
      visit: state.config?.visit ?? null,
    });
    state.visitor = { id, level, reasons: new Set() };
    state.canUndo = true;
    clearTimeout(this.#minute);
    this.#minute = setTimeout(() => this.#minuteOver(), this.times.amend_s * 1000 - MINUTE_MARGIN_MS);
    this.#kick();
  }

  async toggle(code) {
    const reasons = new Set(this.#state.visitor.reasons);
    if (!reasons.delete(code)) reasons.add(code);
    this.#busy = true;
    try {
      await this.#change({ level: this.#state.visitor.level, reasons });
    } catch {
      // The rating itself is safe; the mark on the button does not appear.
    } finally {
      this.#busy = false;
    }
    if (OTHER.test(code)) this.#additions.invite(this.#state.visitor?.reasons.has(code));
    this.touched();
  }

  async #change({ level, reasons }) {
    const state = this.#state;
    const { visitor } = state;
    if (await this.#isClosed()) return;
    await outbox.amend(visitor.id, { level, reasons: [...reasons] });
    Object.assign(visitor, { level, reasons });
    if (!state.canUndo) this.#sendChanges();
  }

  // After a minute the server changes nothing any more in what it holds; what it has not yet heard of may still grow.
  async #isClosed() {
    const { canUndo, visitor } = this.#state;
    this.#state.closed = !canUndo && (await outbox.isAcknowledged(visitor.id));
    return this.#state.closed;
  }

  async #minuteOver() {
    const state = this.#state;
    if (!state.visitor) return;
    state.canUndo = false;
    await this.#isClosed().catch(() => {});
    this.#sendChanges();
    if (state.screen === "k1" && state.visitor) this.#go("k2");
    else screens.draw(state);
  }

  #sendChanges() {
    if (!this.#state.visitor) return;
    outbox.release(this.#state.visitor.id);
    this.#kick();
  }

  undo() {
    this.#go("k1");
  }

  keep() {
    this.#go("k2");
  }

  async finish() {
    this.#busy = true;
    await this.#additions.pause();
    const isKept = await this.#additions.keepVoice();
    this.#busy = false;
    this.#state.notice = isKept ? null : "voice_lost";
    this.#sendChanges();
    this.#go("k3");
  }

  speak() {
    this.#additions.speak();
    this.touched();
  }

  askForCall() {
    this.#go("k2b");
  }

  pressed(key) {
    if (this.#state.screen !== "k2b") return;
    this.#additions.pressed(key);
    this.touched();
  }

  dropNumber() {
    this.#additions.forgetNumber();
    this.#go("k2");
  }

  // The receipt is shown when, and only when, the sealed number is on the disk.
  async leaveNumber() {
    this.#busy = true;
    const isKept = await this.#additions.keepNumber();
    this.#busy = false;
    if (isKept) await this.finish();
    else this.touched();
  }

  skip() {
    this.home();
    this.#state.notice = "skipped";
    screens.draw(this.#state);
    screens.announce(word(this.#state.language, "skipped"));
    timer.wait(SKIPPED_S, () => {
      this.#state.notice = null;
      screens.draw(this.#state);
    });
  }

  // Back to the start, with nothing left of the last visitor.
  home() {
    this.#sendChanges();
    this.#stopReading();
    this.#additions.clear();
    clearTimeout(this.#minute);
    screens.closeWarning();
    this.#usedReading = false;
    Object.assign(this.#state, { visitor: null, canUndo: false, closed: false, notice: null, ...this.#state.defaults });
    screens.announce("");
    this.#go(this.#state.service ? "service" : "k1");
    this.#onHome();
  }

  switchLanguage(language) {
    if (!LANGUAGES.includes(language)) return;
    this.#stopReading();
    this.#state.language = language;
    this.#state.canRead = canRead(this.#state);
    this.touched();
  }

  switchMode(mode) {
    this.#state[mode] = !this.#state[mode];
    this.touched();
  }

  read() {
    const state = this.#state;
    if (state.reading) return this.#stopReading();
    this.#usedReading = true;
    state.reading = true;
    this.#stopReading = readScreen(state, () => {
      state.reading = false;
      screens.draw(state);
    });
    this.touched();
  }

  stopReading() {
    this.#stopReading();
  }

  // Somebody is there: the wait begins anew.
  touched() {
    screens.draw(this.#state);
    this.#arm();
  }

  here() {
    screens.closeWarning();
    this.touched();
  }

  // Shows the start or the sign for the staff, when nobody is in between.
  rest() {
    const wanted = this.#state.service ? "service" : "k1";
    if (!this.idle) return screens.draw(this.#state);
    if (this.#state.screen === wanted) return screens.draw(this.#state);
    this.#go(wanted);
  }

  #go(screen) {
    const first = this.#state.screen === null;
    this.#stopReading();
    if (screen !== "k2") this.#additions.pause();
    Object.assign(this.#state, { screen, invited: false, canRead: canRead({ ...this.#state, screen }) });
    this.#guardUntil = first ? 0 : performance.now() + this.times.guard_ms;
    if (screen === "k1") this.#shownAt = performance.now();
    screens.draw(this.#state);
    if (!first) screens.focusHeading(screen);
    this.#arm();
  }

  #arm() {
    const { screen, visitor, ticket } = this.#state;
    const { k2_idle_s: idle, warn_s: warn, thanks_s, thanks_ticket_s } = this.times;
    timer.cancel();
    if (screen === "k3") {
      const thanks = ticket ? thanks_ticket_s : thanks_s;
      timer.wait(thanks, () => this.home(), (left) => screens.drawCountdown(this.#state, left, thanks));
    } else if (screen === "k2" || screen === "k2b" || (screen === "k1" && visitor)) {
      timer.wait(idle, () => this.#warn());
    } else if (screen === "k1" && this.#isSetOtherwise()) {
      timer.wait(idle + warn, () => this.home());
    }
  }

  #warn() {
    const { warn_s: warn, guard_ms: guard } = this.times;
    this.#guardUntil = performance.now() + guard;
    screens.openWarning();
    timer.wait(warn, () => this.home(), (left) => screens.drawWarning(this.#state, left, warn));
  }

  #isSetOtherwise() {
    return Object.entries(this.#state.defaults).some(([key, value]) => this.#state[key] !== value);
  }
}
