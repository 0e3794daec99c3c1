// The one sender. It empties the queue whenever there is reason to hope (a tap, the network's return, the page seen
// again, each minute) and after a failure tries again in 2, 5, 15 and then every 60 seconds. Not Background Sync: that is
// missing in Safari, Firefox and Android's WebView (reliability.md D9).

import { sendRatings } from "./api.js";
import * as outbox from "./outbox.js";
import { getDevice } from "./store.js";

const LARGEST_BATCH = 100;
const LOCK = "qingchuang-outbox";

// `onOutcome` hears "ok", "failure" or "unauthorized" after each exchange; `pauses` gives the seconds between tries.
export class Sender {
  #onOutcome;
  #pauses;
  #batch = LARGEST_BATCH;
  #failures = 0;
  #running = false;
  #again = false;
  #timer = null;

  constructor({ onOutcome, pauses }) {
    this.#onOutcome = onOutcome;
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
    const token = await getDevice("token");
    const tablet = await getDevice("tablet");
    if (!token) return;
    for (;;) {
      const rows = await outbox.claim(this.#batch, tablet);
      if (rows.length === 0) return;
      const answer = await sendRatings(token, outbox.stamp(), rows.map(outbox.toItem));
      const outcome = await this.#book(answer, rows, tablet);
      this.#onOutcome(outcome);
      if (outcome === "unauthorized") return;
      if (outcome === "failure") return this.#retryLater(answer.retryAfter ?? 0);
      this.#failures = 0;
    }
  }

  async #book(answer, rows, tablet) {
    switch (answer.kind) {
      case "ok": {
        const { results, highest_seq: highestSeq, gaps } = answer.body;
        if (!matches(results, rows)) return "failure";
        await outbox.settle(rows, results);
        if (Number.isInteger(highestSeq)) await outbox.resendMissing(tablet, highestSeq, gaps);
        this.#batch = Math.min(LARGEST_BATCH, this.#batch * 2);
        return "ok";
      }
      case "unauthorized":
        return "unauthorized";
      case "too_large":
      case "rejected":
        // One bad row must not hold up its neighbours: halve until it is alone, then put it aside.
        if (rows.length === 1) await outbox.settle(rows, [{ status: "refused", code: answer.code ?? answer.kind }]);
        else this.#batch = Math.ceil(rows.length / 2);
        return "ok";
      default:
        return "failure";
    }
  }

  #retryLater(atLeastSeconds) {
    const pauses = this.#pauses();
    const seconds = Math.max(atLeastSeconds, pauses[Math.min(this.#failures, pauses.length - 1)]);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.kick(), seconds * 1000);
  }
}

// Only an answer that gives a known verdict about each row, in order, is an answer.
function matches(results, rows) {
  return (
    Array.isArray(results) &&
    results.length === rows.length &&
    results.every((result, i) => String(result?.id).toLowerCase() === rows[i].id && typeof result.status === "string")
  );
}

// One sender over all open pages; where Web Locks are missing (plain HTTP), one within this page.
function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && work());
}
