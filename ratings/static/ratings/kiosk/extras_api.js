// The two calls for what travels apart from a rating. Each ends in { outcome } and, where the server gave one, { code }:
//   stored (now or before) · conflict (another came first and stands; this one is kept aside by the server) ·
//   refused (kept aside by the server) · rating_unknown · unauthorized · failure, with retryAfter in seconds

import { call } from "./api.js";

export function sendCallback(token, rating, body) {
  return put(token, `ratings/${rating}/callback/`, body);
}

export function sendVoice(token, rating, body) {
  return put(token, `ratings/${rating}/voice/`, body);
}

async function put(token, path, body) {
  const { kind, status, code, byServer, retryAfter = 0 } = await call(path, { method: "PUT", token, body });
  if (kind === "ok") return { outcome: "stored" };
  // A proxy's 413 is not the server's word: the server never had it, so it stays in the queue.
  if (kind === "rejected" || (kind === "too_large" && byServer)) return { outcome: "refused", code: code ?? kind };
  if (kind === "unauthorized") return { outcome: "unauthorized" };
  if (status === 409 && code === "conflict") return { outcome: "conflict", code };
  if (status === 404 && code === "rating_unknown") return { outcome: "rating_unknown", code };
  return { outcome: "failure", retryAfter };
}
