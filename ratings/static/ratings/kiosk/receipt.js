// Receipt numbers and query codes, made on the tablet so that they also appear without a network.
//
// YX0703-0186-K: the hall's code, month and day by the tablet's clock, the tablet's number in the hall, its running
// number of the day, a check letter; ratings/receipts.py reads it. Tablets cannot collide: each has its own number. The
// number is public; what opens the ticket is the query code beside it, of which the tablet keeps only a sealed copy.

const LETTERS = "ABCDEFGHJKMNPRSTVWXY"; // none that is read as another or as a digit
const DAILY_NUMBERS = 99 + LETTERS.length ** 2;
const WEIGHTS = [7, 9, 11, 13]; // none shares a factor with 20: one wrong digit changes the letter
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const QUERY_CODE_LENGTH = 12;

// `running` counts from 1 each day. Throws when the day has no number left.
export function receiptNumber({ hall, tablet, running, day }) {
  const date = String(day.getMonth() + 1).padStart(2, "0") + String(day.getDate()).padStart(2, "0");
  const code = hall.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const body = `${code}${date}-${String(tablet).padStart(2, "0")}${twoCharacters(running)}`;
  return `${body}-${checkLetter(body)}`;
}

// 01 to 99, then AA to YY.
function twoCharacters(running) {
  if (running > DAILY_NUMBERS) throw new RangeError("no receipt number left today");
  if (running <= 99) return String(running).padStart(2, "0");
  const beyond = running - 100;
  return LETTERS[Math.floor(beyond / LETTERS.length)] + LETTERS[beyond % LETTERS.length];
}

// Digits count as themselves, letters as 10 to 35; weighted from the right, modulo 20.
export function checkLetter(body) {
  const signs = body.match(/[0-9A-Z]/g).reverse();
  const sum = signs.reduce((total, sign, place) => total + parseInt(sign, 36) * WEIGHTS[place % WEIGHTS.length], 0);
  return LETTERS[sum % LETTERS.length];
}

// 60 random bits; 256 is a multiple of 32, so every sign is as likely as any other.
export function queryCode() {
  const random = crypto.getRandomValues(new Uint8Array(QUERY_CODE_LENGTH));
  return Array.from(random, (byte) => CROCKFORD[byte % CROCKFORD.length]).join("");
}

export function grouped(code) {
  return code.match(/.{1,4}/g).join("-");
}

// What the QR code says. After the # because a browser keeps that part to itself: it reaches no log and no referrer.
export function trackingAddress(origin, number, code) {
  return `${origin}/track/#n=${number}&c=${code}`;
}
