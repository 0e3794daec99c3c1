// The queue of what a visitor adds to a rating: a call-back, a voice. Sealed before it is written, written before
// anything is shown, sent only when the server has the rating.
//
// state: waiting → acknowledged (call-backs stay 30 days, as ratings do; a voice goes at once) or set_aside (the server
// refused it and keeps it: nothing to be sent again).

import { queryCode, receiptNumber } from "./receipt.js";
import { seal } from "./seal.js";
import { stamp } from "./outbox.js";
import { ask, makingRoom, transact } from "./store.js";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const DAYS_COUNTED = 60;

// Writes a request for a call-back; resolves with { number, code, day } when it is on the disk. The running number moves on
// in the same transaction. `place` is { sealing, tablet, number, hall } of the configuration.
export async function recordCallback({ rating, phone, language, place, now = new Date() }) {
  const code = queryCode();
  const box = (purpose, content) => seal(place.sealing, { purpose, rating, content });
  const body = {
    asked_at: stamp(now),
    key_id: place.sealing.key_id,
    phone: await box("phone", phone),
    query_code: await box("query-code", code),
    language,
  };
  const write = async (store) => {
    const number = await nextReceipt(store("device"), place, now);
    await ask(store("extras").put(row("callback", { rating, place, now, body: { receipt: number, ...body } })));
    return number;
  };
  const number = await makingRoom(() => transact("readwrite", ["device", "extras"], write));
  return { number, code, day: body.asked_at.slice(0, 10) };
}

// Writes a voice. `sound` is { bytes, mime, duration_ms }. No room is made for it: older voices are worth as much.
export async function recordVoice({ rating, sound, place, now = new Date() }) {
  const body = {
    recorded_at: stamp(now),
    key_id: place.sealing.key_id,
    mime: sound.mime,
    duration_ms: sound.duration_ms,
    voice: await seal(place.sealing, { purpose: "voice", rating, content: sound.bytes }),
  };
  const write = (store) => ask(store("extras").put(row("voice", { rating, place, now, body })));
  await transact("readwrite", ["extras"], write);
}

function row(kind, { rating, place, now, body }) {
  return { rating, kind, tablet: place.tablet, state: "waiting", made_at: now.getTime(), body };
}

// Numbers of each day apart, so that a clock that was wrong for an hour gives no number twice.
async function nextReceipt(device, { hall, number }, now) {
  const day = stamp(now).slice(0, 10);
  const counted = (await ask(device.get("receipts"))) ?? {};
  const running = (counted[day] ?? 0) + 1;
  const days = Object.entries({ ...counted, [day]: running }).sort().slice(-DAYS_COUNTED);
  device.put(Object.fromEntries(days), "receipts");
  return receiptNumber({ hall, tablet: number, running, day: now });
}

// The oldest waiting extra whose rating has left this tablet, call-backs before voices; null when there is none.
// `skip` holds the keys that were tried in this round.
export function nextToSend(tablet, skip) {
  return transact("readonly", ["extras", "ratings"], async (store) => {
    const waiting = await ask(store("extras").index("state").getAllKeys(inState("waiting")));
    for (const key of waiting) {
      if (skip.has(key.join())) continue;
      const rating = await ask(store("ratings").get(key[0]));
      if (rating?.state === "waiting") continue;
      const extra = await ask(store("extras").get(key));
      if (extra.tablet === tablet) return extra;
    }
    return null;
  });
}

// The server has it, or keeps it aside.
export function settle({ rating, kind }, { outcome, code = null }, at = Date.now()) {
  return transact("readwrite", ["extras"], async (store) => {
    const key = [rating, kind];
    if (kind === "voice" && outcome !== "refused") return ask(store("extras").delete(key));
    const extra = await ask(store("extras").get(key));
    if (!extra) return undefined;
    const verdict = outcome === "stored" ? {} : { verdict: { outcome, code } };
    const state = outcome === "stored" ? "acknowledged" : "set_aside";
    return ask(store("extras").put({ ...extra, ...verdict, state, acknowledged_at: at }));
  });
}

// Forgets what the server has held for 30 days.
export function prune(at = Date.now()) {
  return transact("readwrite", ["extras"], async (store) => {
    for (const { rating, kind, state, acknowledged_at: since } of await ask(store("extras").getAll())) {
      if (state !== "waiting" && since < at - KEEP_MS) store("extras").delete([rating, kind]);
    }
  });
}

function inState(state) {
  return IDBKeyRange.bound([state], [state, []]);
}
