// What a visitor may add to a rating: a spoken remark, a telephone number. None of it delays or endangers the rating.

import { recordCallback, recordVoice } from "./extras.js";
import { longest, problem } from "./phone.js";
import { canSeal } from "./seal.js";
import { drawCards } from "./screens_more.js";
import { Voice } from "./voice.js";

const NOTHING = { digits: "", phoneProblem: null, invited: false };

// What extras need to know of the configuration; null where nothing can be sealed, and so nothing is asked for.
export function placeOf(config) {
  if (!canSeal(config?.sealing)) return null;
  return { sealing: config.sealing, tablet: config.tablet, number: config.number, hall: config.hall.code };
}

export class Additions {
  #state;
  #kick;
  #voice;

  constructor(state, { kick }) {
    this.#state = state;
    this.#kick = kick;
    this.#voice = new Voice(state, () => drawCards(state));
    Object.assign(state, NOTHING, { voice: { status: "off" }, ticket: null });
    this.#voice.detect();
  }

  speak() {
    this.#state.invited = false;
    return this.#voice.toggle();
  }

  // The visitor turns to something else: what was said until here is kept.
  pause() {
    return this.#voice.stop();
  }

  // 其他问题 is best said in one's own words.
  invite(isOn) {
    this.#state.invited = isOn && this.#state.voice.status === "ready";
  }

  pressed(key) {
    const { digits } = this.#state;
    if (key === "delete") this.#state.digits = digits.slice(0, -1);
    else if (digits.length < longest(digits + key)) this.#state.digits = digits + key;
    this.#state.phoneProblem = null;
  }

  forgetNumber() {
    Object.assign(this.#state, { digits: "", phoneProblem: null });
  }

  // Whether the number is stored; then `state.ticket` is what the visitor takes along.
  async keepNumber() {
    const state = this.#state;
    state.phoneProblem = problem(state.digits);
    if (state.phoneProblem !== null) return false;
    const { digits: phone, visitor, language, config } = state;
    try {
      state.ticket = await recordCallback({ rating: visitor.id, phone, language, place: placeOf(config) });
    } catch {
      state.phoneProblem = { word: "call_not_saved" };
      return false;
    }
    this.forgetNumber();
    return true;
  }

  // Seals and stores a finished recording, if there is one. Resolves with false when it could not be kept.
  async keepVoice({ walkedAway = false } = {}) {
    const { visitor, config } = this.#state;
    const sound = this.#voice.take({ walkedAway });
    if (sound === null || !visitor) return true;
    try {
      await recordVoice({ rating: visitor.id, sound, place: placeOf(config) });
    } catch {
      return false;
    }
    this.#kick();
    return true;
  }

  // Nothing of this visitor stays here; an unfinished number and a recording that still runs are thrown away.
  clear() {
    this.keepVoice({ walkedAway: true });
    this.#voice.clear();
    Object.assign(this.#state, NOTHING, { ticket: null });
  }
}
