// Sends extras one by one, after their ratings and never in their way: own lock, own pauses.

import * as extras from "./extras.js";
import { sendCallback, sendVoice } from "./extras_api.js";
import { enrolments } from "./keys.js";
import * as outbox from "./outbox.js";

const LOCK = "qingchuang-extras";
const SEND = { callback: sendCallback, voice: sendVoice };

// `kickRatings` starts the sender of the ratings; `pauses` gives the seconds between tries.
export class ExtrasSender {
  #kickRatings;
  #pauses;
  #failures = 0;
  #running = false;
  #again = false;
  #timer = null;

  constructor({ kickRatings, pauses }) {
    this.#kickRatings = kickRatings;
    this.#pauses = pauses;
  }

  async kick() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        await alone(() => this.#drain());
      } while (this.#again && this.#failures === 0);
    } catch {
      this.#retryLater(0); // the store failed; the rows are where they were
    } finally {
      this.#running = false;
    }
  }

  async #drain() {
    const tried = new Set();
    for (const enrolment of await enrolments()) if (!(await this.#drainOne(enrolment, tried))) return;
  }

  // Whether it may go on with another enrolment.
  async #drainOne({ tablet, token }, tried) {
    for (;;) {
      const extra = await extras.nextToSend(tablet, tried);
      if (extra === null) return true;
      tried.add([extra.rating, extra.kind].join());
      const answer = await SEND[extra.kind](token, extra.rating, extra.body);
      if (answer.outcome === "unauthorized") return true;
      if (answer.outcome === "failure") {
        this.#retryLater(answer.retryAfter);
        return false;
      }
      if (answer.outcome === "rating_unknown") await this.#sendRatingAgain(extra.rating);
      else await extras.settle(extra, answer);
      this.#failures = 0;
    }
  }

  // The server was put back to an earlier state: first the rating, then, when that has arrived, the extra once more.
  async #sendRatingAgain(rating) {
    await outbox.sendAgain(rating);
    this.#kickRatings();
    this.#retryLater(0);
  }

  #retryLater(atLeastSeconds) {
    const pauses = this.#pauses();
    const seconds = Math.max(atLeastSeconds, pauses[Math.min(this.#failures, pauses.length - 1)]);
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.kick(), seconds * 1000);
  }
}

// One sender over all open pages; where Web Locks are missing, one within this page.
function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && work());
}
