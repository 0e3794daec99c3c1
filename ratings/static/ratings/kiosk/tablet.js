// The tablet itself: enrolment, configuration and heartbeat.

import * as api from "./api.js";
import { enrolments, makeKey } from "./keys.js";
import * as outbox from "./outbox.js";
import { ask, getDevice, setDevice, transact } from "./store.js";

export const TIMINGS = {
  guard_ms: 450,
  k2_idle_s: 40,
  warn_s: 20,
  thanks_s: 12,
  amend_s: 60,
  retry_s: [2, 5, 15, 60],
  poll_s: 60,
};

// What was known at the last start; works without a network.
export function remembered() {
  return transact("readonly", ["device"], async (store) => {
    const [token, config] = ["token", "config"].map((key) => ask(store("device").get(key)));
    return { token: await token, config: await config };
  });
}

// The code that came with the address, as a QR code brings it; it is taken out of the address at once.
export function offeredCode() {
  const code = /^#code=([0-9A-Za-z-]{1,24})$/.exec(location.hash)?.[1] ?? null;
  if (code !== null) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

// Turns a one-time code into this tablet's token. Resolves with null, or with the key of the words that say why not.
export async function enrol(code) {
  const { key, publicKey } = await makeKey();
  // The earlier token shows that this is the same device: the server lets it finish what was given under that token.
  const [present] = await enrolments();
  const former = present && { token: present.token, highest_seq: (await outbox.counts()).highestSeq };
  const answer = await api.enrol(code.trim().toUpperCase(), { public_key: publicKey, former });
  if (answer.kind === "rejected") return "invalid_code";
  if (answer.kind === "busy" && answer.status === 429) return "too_many_tries";
  if (answer.kind !== "ok" || !answer.body.token) return "no_answer";
  const { tablet, token, window, hall } = answer.body;
  await outbox.adopt({ tablet, token, key, place: JSON.stringify([hall?.code, window?.number]) });
  askToPersist();
  return null;
}

// Asks for the configuration. Resolves with { kind, config? } where kind is ok, unauthorized, failure or not_enrolled.
export async function refresh() {
  const token = await getDevice("token");
  if (!token) return { kind: "not_enrolled" };
  const askedAt = Date.now();
  const answer = await api.fetchConfig(token, await getDevice("etag"));
  if (answer.kind !== "ok" && answer.kind !== "unchanged") {
    return { kind: answer.kind === "busy" ? "failure" : answer.kind };
  }
  // "Unchanged" is news too: after a restore the server may again be where it was at an earlier answer.
  const config = answer.kind === "ok" ? answer.body : await getDevice("config");
  if (!config?.window || !config.reasons) return { kind: "failure" };
  if (answer.kind === "ok") await setDevice({ config, etag: answer.etag ?? undefined });
  await outbox.numberAbove(config.highest_seq ?? 0);
  await outbox.resendMissing(config.tablet, config.highest_seq ?? 0, [], askedAt);
  return { kind: "ok", config };
}

export async function heartbeat(appVersion) {
  const [present] = await enrolments();
  if (!present) return;
  const { waiting, setAside, highestSeq } = await outbox.counts();
  const queued = await outbox.waitingOf(present.tablet);
  await api.sendHeartbeat(present.token, {
    queued,
    queued_earlier: Math.max(0, waiting - queued), // given under an earlier enrolment
    set_aside: setAside,
    highest_seq: highestSeq,
    app_version: appVersion,
    storage_persisted: (await navigator.storage?.persisted?.()) ?? null,
    battery: (await navigator.getBattery?.().catch(() => null))?.level ?? null,
    now: outbox.stamp(),
  });
}

// The browser may throw away storage that was not asked to stay; the heartbeat reports its answer.
export function askToPersist() {
  navigator.storage?.persist?.().catch(() => {});
}
