// The server as the tablet sees it. Every call ends in one of:
//   { kind: "ok", body, etag } · { kind: "unchanged" } · { kind: "unauthorized" } · { kind: "too_large" }
//   { kind: "rejected", code } (a 400 in the API's own error shape) · { kind: "busy" } (429 or 503) with retryAfter
//   { kind: "failure" }: no network, a portal's page, half an answer. Never an exception.

const BASE = "/api/v1/";
const TIMEOUT_MS = 15000;

export function enrol(code) {
  return call("tablets/enrol/", { method: "POST", body: { code } });
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

async function call(path, { method = "GET", token, headers = {}, body }) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(BASE + path, {
      method,
      headers: {
        Accept: "application/json",
        ...(token ? { Authorization: `Tablet ${token}` } : {}),
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      body: body && JSON.stringify(body),
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
  if (response.status === 304) return { kind: "unchanged" };
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const body = isJson ? await response.json() : null;
  if (body === null || typeof body !== "object") return { kind: "failure" };
  if (response.ok) return { kind: "ok", body, etag: response.headers.get("ETag") };
  if (response.status === 401) return { kind: "unauthorized" };
  if (response.status === 413) return { kind: "too_large" };
  if (response.status === 429 || response.status === 503) {
    return { kind: "busy", status: response.status, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
  }
  if (response.status === 400 && typeof body.code === "string") return { kind: "rejected", code: body.code };
  return { kind: "failure" };
}
