// The queue of ratings. A row is written, with its number, in one transaction before anybody is thanked; it leaves the
// queue only on the server's word about this very row, and the tablet only 30 days after that.
//
// state: waiting → acknowledged (the server has it) or set_aside (the server refused it: kept here, and by the server).

import { ask, transact } from "./store.js";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const RESEND_PAUSE_MS = 3600 * 1000;
const ACCEPTED = new Set(["created", "duplicate"]);
const REFUSED = new Set(["conflict", "refused"]);

// Rows a visitor is still busy with: their changes go out together. In memory only: a restart lets them go.
const held = new Set();

// A random UUID; `crypto.randomUUID` exists in secure contexts only, and a hall may speak plain HTTP.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The tablet's own clock with its offset, as the contract asks: 2026-11-23T09:15:02.120+08:00.
export function stamp(date = new Date()) {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60000).toISOString().slice(0, -1);
  const pad = (value) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${pad(minutes / 60)}:${pad(minutes % 60)}`;
}

// Writes one tap. Resolves with the row when it is on the disk, rejects when it is not.
export function record({ id, ratedAt, level, language, modes, answeredMs }) {
  return transact("readwrite", ["device", "ratings"], async (store) => {
    const device = store("device");
    const seq = (await ask(device.get("next_seq"))) ?? 1;
    const tablet = (await ask(device.get("tablet"))) ?? null;
    const row = {
      id,
      seq,
      tablet,
      state: "waiting",
      attempted: false,
      amendedAt: null,
      revision: 0,
      content: {
        level,
        rated_at: ratedAt,
        reasons: [],
        comment: "",
        visit: null,
        language,
        modes,
        answered_ms: answeredMs,
      },
    };
    device.put(seq + 1, "next_seq");
    await ask(store("ratings").add(row));
    return row;
  });
}

// Changes a row that this visitor has just written. Before the first attempt to send, the change simply becomes part of
// the row; afterwards it goes out as an amendment of the same rating, once `release` lets it.
export function amend(id, change, at = stamp()) {
  held.add(id);
  return transact("readwrite", ["ratings"], async (store) => {
    const row = await ask(store("ratings").get(id));
    Object.assign(row.content, change);
    row.revision += 1;
    if (row.attempted) row.amendedAt = at;
    row.state = "waiting";
    await ask(store("ratings").put(row));
    return row;
  });
}

export function release(id) {
  held.delete(id);
}

// The oldest waiting rows of this tablet, marked as attempted before they leave.
export function claim(limit, tablet) {
  return transact("readwrite", ["ratings"], async (store) => {
    const rows = (await ask(store("ratings").index("state").getAll(inState("waiting"))))
      .filter((row) => row.tablet === tablet && !(row.attempted && held.has(row.id)))
      .slice(0, limit);
    for (const row of rows) {
      row.attempted = true;
      store("ratings").put(row);
    }
    return rows;
  });
}

export function toItem(row) {
  const item = { id: row.id, seq: row.seq, ...row.content };
  return row.amendedAt ? { ...item, amends: true, amended_at: row.amendedAt } : item;
}

export async function isAcknowledged(id) {
  const row = await transact("readonly", ["ratings"], (store) => ask(store("ratings").get(id)));
  return row?.state === "acknowledged";
}

// Books the server's verdicts. A row that was changed while it travelled stays in the queue.
export function settle(sent, verdicts, at = Date.now()) {
  return transact("readwrite", ["ratings"], async (store) => {
    for (const [position, { id, revision }] of sent.entries()) {
      const { status, code = null } = verdicts[position];
      const row = await ask(store("ratings").get(id));
      if (!row || row.revision !== revision) continue;
      if (ACCEPTED.has(status)) Object.assign(row, { state: "acknowledged", acknowledged_at: at });
      else if (REFUSED.has(status)) Object.assign(row, { state: "set_aside", verdict: { status, code } });
      store("ratings").put(row);
    }
  });
}

// After a restore the server may miss what it has acknowledged: everything above its highest number or in one of its
// gaps goes out again. Once an hour at most, so that a gap that cannot be filled does not keep the line busy.
export function resendMissing(tablet, highestSeq, gaps = [], at = Date.now()) {
  const missing = (seq) => seq > highestSeq || gaps.some(([first, last]) => first <= seq && seq <= last);
  return transact("readwrite", ["ratings"], async (store) => {
    const rows = await ask(store("ratings").index("state").getAll(inState("acknowledged")));
    const again = rows.filter(
      (row) => row.tablet === tablet && missing(row.seq) && !(at - row.resent_at < RESEND_PAUSE_MS),
    );
    for (const row of again) store("ratings").put({ ...row, state: "waiting", resent_at: at });
    return again.length;
  });
}

// Forgets what the server has held for 30 days.
export function prune(at = Date.now()) {
  return transact("readwrite", ["ratings"], async (store) => {
    const rows = await ask(store("ratings").index("state").getAll(inState("acknowledged")));
    for (const row of rows) if (row.acknowledged_at < at - KEEP_MS) store("ratings").delete(row.id);
  });
}

export function counts() {
  return transact("readonly", ["ratings", "device"], async (store) => {
    const count = (state) => ask(store("ratings").index("state").count(inState(state)));
    const nextSeq = (await ask(store("device").get("next_seq"))) ?? 1;
    return { waiting: await count("waiting"), setAside: await count("set_aside"), highestSeq: nextSeq - 1 };
  });
}

// A fresh enrolment numbers from 1. What still waits goes with the tablet when it stays at its window; what was given at
// another window stays where it is, kept but not sent under the new name.
export function adopt(tablet, sameWindow) {
  return transact("readwrite", ["device", "ratings"], async (store) => {
    let seq = 1;
    if (sameWindow) {
      for (const row of await ask(store("ratings").index("state").getAll(inState("waiting")))) {
        store("ratings").put({ ...row, tablet, seq });
        seq += 1;
      }
    }
    store("device").put(seq, "next_seq");
  });
}

// Never reuse a number the server already knows, e.g. when the browser's profile was put back from a copy.
export function numberAbove(highestSeq) {
  return transact("readwrite", ["device"], async (store) => {
    const next = (await ask(store("device").get("next_seq"))) ?? 1;
    if (next <= highestSeq) store("device").put(highestSeq + 1, "next_seq");
  });
}

function inState(state) {
  return IDBKeyRange.bound([state, -Infinity], [state, Infinity]);
}
