// The one sender. It empties the queue whenever there is reason to hope (a tap, the network's return, the page seen
// again, each minute) and after a failure tries again in 2, 5, 15 and then every 60 seconds. Not Background Sync: that is
// missing in Safari, Firefox and Android's WebView (reliability.md D9).

import { sendRatings } from "./api.js";
import { enrolments } from "./keys.js";
import * as outbox from "./outbox.js";

const LARGEST_BATCH = 100;
const LOCK = "qingchuang-outbox";
const TRIES_ALONE = 3; // of a row at which the server itself breaks, before its neighbours go first
const KEPT_CODES = new Set(["bad_signature"]); // refused whole because of the tablet, not of what the visitor said

// `onOutcome` hears "ok", "failure" or "unauthorized" after each exchange; `pauses` gives the seconds between tries.
export class Sender {
  #onOutcome;
  #pauses;
  #batch = LARGEST_BATCH;
  #failures = 0;
  #running = false;
  #again = false;
  #timer = null;
  #notBefore = 0;
  #faults = new Map(); // how often the server broke at a row that was alone

  constructor({ onOutcome, pauses }) {
    this.#onOutcome = onOutcome;
    this.#pauses = pauses;
  }

  async kick() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    // The server said when to come back: a tap in between is safe, and must not add to its load.
    if (performance.now() < this.#notBefore) return;
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
    const [present, ...former] = await enrolments();
    if (!present) return;
    for (const one of [present, ...former]) if (!(await this.#drainOne(one, present))) return;
    if (former.length > 0) await outbox.forgetDone();
  }

  // Whether it may go on with another enrolment. Only the present one's word decides what stands on the screen.
  async #drainOne({ tablet, token, place }, present) {
    for (;;) {
      const rows = await this.#claim(tablet);
      if (rows.length === 0) return true;
      const answer = await sendRatings(token, outbox.stamp(), rows.map(outbox.toItem));
      const outcome = await this.#book(answer, rows, tablet);
      if (tablet === present.tablet) this.#onOutcome(outcome);
      else if (outcome === "unauthorized" && place === present.place) {
        // That enrolment has ended for good; at the same window its ratings may go under the present one.
        await outbox.takeOver(tablet, present.tablet);
        this.#again = true;
      }
      if (outcome === "failure") {
        this.#retryLater(answer.retryAfter ?? 0);
        return false;
      }
      this.#failures = 0;
      if (outcome === "unauthorized") return true;
    }
  }

  async #book(answer, rows, tablet) {
    switch (answer.kind) {
      case "ok": {
        const { results, highest_seq: highestSeq, gaps } = answer.body;
        if (!matches(results, rows) || results.some(({ code }) => KEPT_CODES.has(code))) return "failure";
        const moved = await outbox.settle(rows, results);
        if (moved === 0) return "failure";
        for (const { id } of rows) this.#faults.delete(id);
        if (Number.isInteger(highestSeq)) await outbox.resendMissing(tablet, highestSeq, gaps);
        this.#batch = Math.min(LARGEST_BATCH, this.#batch * 2);
        return "ok";
      }
      case "unauthorized":
        return "unauthorized";
      case "too_large":
      case "rejected":
        // One bad row must not hold up its neighbours: halve until it is alone, then put it aside; but only the server
        // refuses a rating, never a proxy that takes nothing at all.
        if (rows.length === 1 && answer.byServer === false) return "failure";
        if (rows.length === 1) await outbox.settle(rows, [{ status: "refused", code: answer.code ?? answer.kind }]);
        else this.#batch = Math.ceil(rows.length / 2);
        return "ok";
      default:
        if (answer.status === 500) this.#suspect(rows);
        return "failure";
    }
  }

  // Rows at which the server broke let all others go first.
  async #claim(tablet) {
    const last = new Set([...this.#faults].filter(([, times]) => times >= TRIES_ALONE).map(([id]) => id));
    const rows = await outbox.claim(this.#batch, tablet, last);
    return rows.length > 0 || last.size === 0 ? rows : outbox.claim(1, tablet);
  }

  // The server broke at these rows: from now on they go one by one.
  #suspect(rows) {
    this.#batch = 1;
    if (rows.length === 1) this.#faults.set(rows[0].id, (this.#faults.get(rows[0].id) ?? 0) + 1);
  }

  #retryLater(atLeastSeconds) {
    const pauses = this.#pauses();
    const seconds = Math.max(atLeastSeconds, pauses[Math.min(this.#failures, pauses.length - 1)]);
    this.#failures += 1;
    this.#notBefore = performance.now() + atLeastSeconds * 1000;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#notBefore = 0; // the page's clock is coarse: a try that came a hair too early would be the last for a minute
      this.kick();
    }, seconds * 1000);
  }
}

// Only an answer that gives a verdict about each row, in order, is an answer.
function matches(results, rows) {
  return (
    Array.isArray(results) &&
    results.length === rows.length &&
    results.every((result, i) => String(result?.id).toLowerCase() === rows[i].id && typeof result.status === "string")
  );
}

// One sender over all open pages: who finds another at work waits, and then sends what that one did not see. Where Web Locks
// are missing (plain HTTP), one within this page.
function alone(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}
