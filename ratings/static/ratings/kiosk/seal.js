// Sealed boxes: a telephone number, a query code and a voice are locked with the server's public key before they touch
// the store, so that a stolen tablet tells nothing. The other end is ratings/sealing.py.
//
// A box is base64 of: 1 byte version (1) · 65 bytes one-time public point · 12 bytes nonce · AES-256-GCM text and tag.
// The key is HKDF-SHA256 of the shared x-coordinate, bound to the purpose and to the rating, so that a box can neither
// be read as another kind nor moved to another rating.

const VERSION = 1;
const NONCE_BYTES = 12;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

// Whether this page can seal at all: a hall that speaks plain HTTP has no WebCrypto, an old server no key.
export function canSeal(sealing) {
  return Boolean(globalThis.crypto?.subtle && sealing?.key_id && sealing.public_key);
}

// Resolves with the box. `purpose` is phone, query-code or voice; `content` is a text or bytes (an ArrayBuffer).
export async function seal(sealing, { purpose, rating, content }) {
  const { subtle } = crypto;
  const server = await subtle.importKey("raw", fromBase64(sealing.public_key), CURVE, false, []);
  const once = await subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", once.publicKey));
  const shared = await subtle.deriveBits({ name: "ECDH", public: server }, once.privateKey, 256);
  const key = await subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: bytes(`qingchuang/${purpose}/${rating}`) },
    await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]),
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const locked = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, bytes(content)));
  return toBase64([Uint8Array.of(VERSION), point, nonce, locked]);
}

function bytes(content) {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function toBase64(parts) {
  const all = parts.flatMap((part) => {
    const chunks = [];
    // A call takes only so many arguments: a voice has a hundred thousand bytes.
    for (let at = 0; at < part.length; at += 8192) chunks.push(String.fromCharCode(...part.subarray(at, at + 8192)));
    return chunks;
  });
  return btoa(all.join(""));
}
