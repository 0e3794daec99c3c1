// Telephone numbers as they are given on the number pad: a mobile number of 11 digits that begins with 1, or a landline
// with its area code, 10 to 12 digits that begin with 0. Pure.

const MOBILE = 11;
const LANDLINE_LEAST = 10;
const LANDLINE_MOST = 12;
// Area codes of three digits: Beijing and the 02x cities. All others have four.
const SHORT_AREA = /^0(10|2\d)/;

export function longest(digits) {
  return digits.startsWith("0") ? LANDLINE_MOST : MOBILE;
}

// 138 0013 8000 · 010 6505 1234 · 0755 8888 1234, at any length.
export function grouped(digits) {
  const first = !digits.startsWith("0") || SHORT_AREA.test(digits) || digits.length < 3 ? 3 : 4;
  const rest = digits.slice(first);
  // A landline of seven digits is read 3 + 4.
  const second = digits.startsWith("0") && rest.length === 7 ? 3 : 4;
  return [digits.slice(0, first), rest.slice(0, second), rest.slice(second)].filter(Boolean).join(" ");
}

// Null, or { word, n }: the key of the words that say what is missing.
export function problem(digits) {
  if (digits === "") return { word: "phone_empty" };
  if (digits.startsWith("0")) return digits.length < LANDLINE_LEAST ? { word: "phone_landline" } : null;
  if (!digits.startsWith("1")) return { word: "phone_begin" };
  return digits.length < MOBILE ? { word: "phone_short", n: MOBILE - digits.length } : null;
}
