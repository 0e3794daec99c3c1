// The queue of ratings. A row is written, with its number, in one transaction before anybody is thanked; it leaves the
// queue only on the server's word about this very row, and the tablet only 30 days after that.
//
// state: waiting → acknowledged (the server has it) or set_aside (the server refused it: kept here, and by the server).

import { ask, makingRoom, transact } from "./store.js";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const RESEND_PAUSE_MS = 3600 * 1000;
const PAGE = 200;
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
export function record({ id, ratedAt, level, language, modes, answeredMs, visit = null }) {
  const write = async (store) => {
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
        visit,
        // The queue system's last call that this tablet heard of; whether it is still the one, the server decides.
        ...(visit === null ? {} : { visit_from: "call" }),
        language,
        modes,
        answered_ms: answeredMs,
      },
    };
    device.put(seq + 1, "next_seq");
    await ask(store("ratings").add(row));
    return row;
  };
  return makingRoom(() => transact("readwrite", ["device", "ratings"], write));
}

// Changes a row that this visitor has just written. Before the first attempt to send, the change simply becomes part of
// the row; afterwards it goes out as an amendment of the same rating, once `release` lets it.
export function amend(id, change, at = stamp()) {
  held.add(id);
  const write = async (store) => {
    const row = await ask(store("ratings").get(id));
    Object.assign(row.content, change);
    row.revision += 1;
    if (row.attempted) row.amendedAt = at;
    row.state = "waiting";
    await ask(store("ratings").put(row));
    return row;
  };
  return makingRoom(() => transact("readwrite", ["ratings"], write));
}

export function release(id) {
  held.delete(id);
}

// The oldest waiting rows of this enrolment, marked as attempted before they leave. Reads no more rows than it takes,
// however many wait: a visitor's tap waits for this transaction.
export function claim(limit, tablet, skip = new Set()) {
  return transact("readwrite", ["ratings"], async (store) => {
    const index = store("ratings").index("queue");
    const rows = (await ask(index.getAll(inQueue(tablet, "waiting"), limit + held.size + skip.size)))
      .filter((row) => !(row.attempted && held.has(row.id)) && !skip.has(row.id))
      .slice(0, limit);
    for (const row of rows) {
      if (row.attempted) continue;
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

// Books the server's verdicts. A row that was changed while it travelled stays in the queue. Resolves with the number
// of rows that are settled or have changed since: 0 means that sending the same again would change nothing.
export function settle(sent, verdicts, at = Date.now()) {
  return transact("readwrite", ["ratings"], async (store) => {
    const rows = await Promise.all(sent.map(({ id }) => ask(store("ratings").get(id))));
    let moved = 0;
    for (const [position, row] of rows.entries()) {
      const { status, code = null } = verdicts[position];
      const isChanged = !row || row.revision !== sent[position].revision;
      if (isChanged || ACCEPTED.has(status) || REFUSED.has(status)) moved += 1;
      if (isChanged) continue;
      if (ACCEPTED.has(status)) Object.assign(row, { state: "acknowledged", acknowledged_at: at });
      else if (REFUSED.has(status)) Object.assign(row, { state: "set_aside", verdict: { status, code } });
      else continue;
      store("ratings").put(row);
    }
    return moved;
  });
}

// After a restore the server may miss what it has acknowledged: everything above its highest number or in one of its
// gaps goes out again. Once an hour at most, so that a gap that cannot be filled does not keep the line busy; and only
// what was acknowledged before the server was asked (`at`), for its word is older than what another tab heard since.
export async function resendMissing(tablet, highestSeq, gaps = [], at = Date.now()) {
  let again = 0;
  for (const [first, last] of [...gaps, [highestSeq + 1, Infinity]]) {
    for (let next = first; next !== null && next <= last; ) {
      const page = await resendPage(tablet, next, last, at);
      again += page.again;
      next = page.next;
    }
  }
  return again;
}

async function resendPage(tablet, first, last, at) {
  const range = inQueue(tablet, "acknowledged", first, last);
  const due = (row) => row.acknowledged_at < at && !(at - row.resent_at < RESEND_PAUSE_MS);
  // Nearly always there is nothing: looked up without a lock that a tap would wait for.
  const look = (store) => ask(store("ratings").index("queue").getAll(range, PAGE));
  const seen = await transact("readonly", ["ratings"], look);
  const next = seen.length < PAGE ? null : seen.at(-1).seq + 1;
  if (!seen.some(due)) return { again: 0, next };
  return transact("readwrite", ["ratings", "extras"], async (store) => {
    const rows = (await look(store)).filter(due);
    for (const row of rows) store("ratings").put({ ...row, state: "waiting", resent_at: at });
    // What the server has lost it has lost with its call-backs, and perhaps one whose rating it still has.
    if (rows.length > 0) await resendAll(store("extras"), tablet);
    return { again: rows.length, next };
  });
}

async function resendAll(extras, tablet) {
  for (const row of await ask(extras.getAll())) {
    if (row.tablet === tablet && row.state === "acknowledged") extras.put({ ...row, state: "waiting" });
  }
}

// The server does not know a rating that it has acknowledged: it goes out again, once an hour at most.
export function sendAgain(id, at = Date.now()) {
  return transact("readwrite", ["ratings"], async (store) => {
    const row = await ask(store("ratings").get(id));
    if (row?.state !== "acknowledged" || at - row.resent_at < RESEND_PAUSE_MS) return;
    store("ratings").put({ ...row, state: "waiting", resent_at: at });
  });
}

// Forgets what the server has held for 30 days, a page at a time.
export async function prune(at = Date.now()) {
  const old = IDBKeyRange.upperBound(at - KEEP_MS, true);
  for (let deleted = PAGE; deleted === PAGE; ) {
    deleted = await transact("readwrite", ["ratings"], async (store) => {
      const rows = await ask(store("ratings").index("acknowledged").getAll(old, PAGE));
      // One that goes out again is not forgotten, however long ago it was acknowledged.
      const idle = rows.filter((row) => row.state === "acknowledged");
      for (const row of idle) store("ratings").delete(row.id);
      return idle.length;
    });
  }
}

export function counts() {
  return transact("readonly", ["ratings", "device"], async (store) => {
    const count = (state) => ask(store("ratings").index("state").count(inState(state)));
    const nextSeq = (await ask(store("device").get("next_seq"))) ?? 1;
    return { waiting: await count("waiting"), setAside: await count("set_aside"), highestSeq: nextSeq - 1 };
  });
}

// How many rows one enrolment still has to send.
export function waitingOf(tablet) {
  return transact("readonly", ["ratings"], (store) =>
    ask(store("ratings").index("queue").count(inQueue(tablet, "waiting"))),
  );
}

// A fresh enrolment numbers from 1. What still waits keeps its number and goes out under the enrolment it was given
// under, whose token and key stay for this (keys.js); so it arrives at its window, and once, whatever became of the answer.
export function adopt({ tablet, token, key, place }) {
  return transact("readwrite", ["device", "ratings", "extras"], async (store) => {
    const device = store("device");
    const names = ["token", "tablet", "key", "place", "former"];
    const values = await Promise.all(names.map((name) => ask(device.get(name))));
    const { former = [], ...before } = Object.fromEntries(names.map((name, position) => [name, values[position]]));
    device.put(await unfinished(store, before.token ? [...former, before] : former), "former");
    const now = { tablet, token, key, place, next_seq: 1, config: undefined, etag: undefined };
    for (const [name, value] of Object.entries(now)) device.put(value, name);
  });
}

// Forgets the earlier enrolments that have nothing left to send.
export function forgetDone() {
  return transact("readwrite", ["device", "ratings", "extras"], async (store) => {
    const former = (await ask(store("device").get("former"))) ?? [];
    if (former.length === 0) return;
    store("device").put(await unfinished(store, former), "former");
  });
}

async function unfinished(store, enrolments) {
  const extras = await waitingExtras(store);
  const waits = ({ tablet }) => ask(store("ratings").index("queue").count(inQueue(tablet, "waiting")));
  const sizes = await Promise.all(enrolments.map(waits));
  const isDone = ({ tablet }, size) => size === 0 && !extras.some((extra) => extra.tablet === tablet);
  return enrolments.filter((one, position) => !isDone(one, sizes[position]));
}

async function waitingExtras(store) {
  return (await ask(store("extras").getAll())).filter(({ state }) => state === "waiting");
}

// An earlier enrolment at the same window may send no more: what waits goes with the new one, under new numbers.
export function takeOver(from, tablet) {
  return transact("readwrite", ["device", "ratings", "extras"], async (store) => {
    for (const extra of await waitingExtras(store)) {
      if (extra.tablet === from) store("extras").put({ ...extra, tablet });
    }
    let seq = (await ask(store("device").get("next_seq"))) ?? 1;
    for (const row of await ask(store("ratings").index("queue").getAll(inQueue(from, "waiting")))) {
      store("ratings").put({ ...row, tablet, seq });
      seq += 1;
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

function inQueue(tablet, state, first = -Infinity, last = Infinity) {
  return IDBKeyRange.bound([tablet, state, first], [tablet, state, last]);
}

function inState(state) {
  return IDBKeyRange.bound([state, -Infinity], [state, Infinity]);
}
