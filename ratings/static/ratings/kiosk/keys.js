// What a tablet shows that it is itself: the token, and a signing key whose private half cannot leave this browser, so that
// a copied token is worth nothing elsewhere (reliability.md D18). An earlier enrolment keeps both until its ratings are sent.

import { ask, transact } from "./store.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

// A new key as { key, publicKey } (base64 of its SPKI), or {} where the browser has none to give: over plain HTTP there is
// no `crypto.subtle`, and a few browsers cannot keep a key.
export async function makeKey() {
  try {
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const publicKey = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
    await transact("readwrite", ["device"], (store) => ask(store("device").put(pair.privateKey, "key_on_trial")));
    await transact("readwrite", ["device"], (store) => ask(store("device").delete("key_on_trial")));
    return { key: pair.privateKey, publicKey };
  } catch {
    return {};
  }
}

// Every enrolment that may still have something to send, the present one first: [{ tablet, token, key, place }].
export function enrolments() {
  return transact("readonly", ["device"], async (store) => {
    const names = ["tablet", "token", "key", "place", "former"];
    const values = await Promise.all(names.map((name) => ask(store("device").get(name))));
    const { former = [], ...present } = Object.fromEntries(names.map((name, position) => [name, values[position]]));
    return present.token ? [present, ...former] : [];
  });
}

// The header that signs this very text, as it is sent in UTF-8, with the key of this token; none for a tablet without a key.
export async function signature(token, text) {
  const key = (await enrolments()).find((one) => one.token === token)?.key;
  if (!key) return {};
  const bytes = new TextEncoder().encode(text);
  return { "X-Tablet-Signature": base64(await crypto.subtle.sign(SIGNATURE, key, bytes)) };
}

function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}
