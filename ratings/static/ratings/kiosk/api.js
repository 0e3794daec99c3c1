// The server as the tablet sees it. Every call ends in one of:
//   { kind: "ok", body, etag } · { kind: "unchanged" } · { kind: "unauthorized" } · { kind: "too_large" }
//   { kind: "rejected", code } (a 400 in the API's own error shape) · { kind: "busy" } (429 or 503) with retryAfter
//   { kind: "failure" }: no network, a portal's page, half an answer. Never an exception. It carries the status, if there is
//   one, and the code of an error in the API's own shape (404 rating_unknown, 409 conflict), for who knows what they mean.

import { signature } from "./keys.js";

const BASE = "/api/v1/";
const TIMEOUT_MS = 15000;
const LONGEST_WAIT_S = 600; // no portal's word holds up the queue for a day

// `more` is { public_key, former } as far as there are such.
export function enrol(code, more = {}) {
  return call("tablets/enrol/", { method: "POST", body: { code, ...more } });
}

export function fetchConfig(token, etag) {
  return call("tablets/me/", { token, headers: etag ? { "If-None-Match": etag } : {} });
}

export function sendHeartbeat(token, report) {
  return call("tablets/heartbeat/", { method: "POST", token, body: report });
}

export function sendRatings(token, sentAt, ratings) {
  return call("ratings/", { method: "POST", token, body: { sent_at: sentAt, ratings } });
}

// Also for extras_api.js.
export async function call(path, { method = "GET", token, headers = {}, body }) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
  try {
    const text = body && JSON.stringify(body);
    const signed = token && text ? await signature(token, text) : {};
    const response = await fetch(BASE + path, {
      method,
      headers: {
        Accept: "application/json",
        ...(token ? { Authorization: `Tablet ${token}` } : {}),
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...signed,
        ...headers,
      },
      body: text,
      credentials: "omit",
      cache: "no-store",
      redirect: "error", // a portal that redirects is no answer
      signal: timeout.signal,
    });
    return await read(response);
  } catch {
    return { kind: "failure" };
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const { status } = response;
  if (status === 304) return { kind: "unchanged" };
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  // A proxy in between says these three with a page of its own.
  if (status === 413) return { kind: "too_large", byServer: isJson };
  if (status === 429 || status === 503) {
    return { kind: "busy", status, retryAfter: seconds(response.headers.get("Retry-After")) };
  }
  const body = isJson ? await response.json() : null;
  if (body === null || typeof body !== "object") return { kind: "failure", status };
  if (response.ok) return { kind: "ok", body, etag: response.headers.get("ETag") };
  if (status === 401) return { kind: "unauthorized" };
  if (status === 400 && typeof body.code === "string") return { kind: "rejected", code: body.code };
  return { kind: "failure", status, code: body.code };
}

// The header in either of its two forms, seconds or a date.
function seconds(header) {
  const asked = /^\d+$/.test(header ?? "") ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Math.min(LONGEST_WAIT_S, Math.max(0, asked || 0));
}
