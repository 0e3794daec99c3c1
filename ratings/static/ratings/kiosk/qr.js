// A QR code of a short text (ISO/IEC 18004): bytes, error correction M, versions 1 to 10, which is 213 bytes. Own code:
// what is needed here is a tenth of a library. tests/browser/test_kiosk_modules.py compares it with segno's.

// By version: bytes in all, correction bytes per block, blocks.
const SIZES = [
  [26, 10, 1], [44, 16, 1], [70, 26, 1], [100, 18, 2], [134, 24, 2],
  [172, 16, 4], [196, 18, 4], [242, 22, 4], [292, 22, 5], [346, 26, 5],
];
const ALIGNMENT = [
  [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];
const MASKS = [
  (x, y) => (x + y) % 2,
  (x, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];
const QUIET = 4;

// The whole code as the `d` of a path in a box of `size` units, quiet zone included.
export function qrPath(text) {
  const { modules } = qrModules(text);
  const path = modules.map((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")).join(""));
  return { d: path.join(""), size: modules.length + 2 * QUIET };
}

// Rows of booleans, dark is true, without the quiet zone; with the version and the mask that were chosen.
export function qrModules(text) {
  const data = new TextEncoder().encode(text);
  const version = SIZES.findIndex((size, i) => data.length <= capacity(size, i + 1)) + 1;
  if (version === 0) throw new RangeError("too long for this QR code");
  const bits = codewords(data, version).flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1));
  let best = null;
  for (let mask = 0; mask < MASKS.length; mask += 1) {
    const modules = drawn(bits, version, mask);
    const penalty = penaltyOf(modules);
    if (best === null || penalty < best.penalty) best = { modules, version, mask, penalty };
  }
  return best;
}

function capacity([total, correction, blocks], version) {
  return total - correction * blocks - (version < 10 ? 2 : 3);
}

// Mode, length, data, padding; split into blocks, corrected, interleaved.
function codewords(data, version) {
  const [total, correction, blocks] = SIZES[version - 1];
  const room = total - correction * blocks;
  const length = version < 10 ? [data.length] : [data.length >> 8, data.length & 255];
  const halves = [4, ...[...length, ...data].flatMap((byte) => [byte >> 4, byte & 15]), 0];
  const bytes = [];
  for (let i = 0; i + 1 < halves.length; i += 2) bytes.push((halves[i] << 4) | halves[i + 1]);
  for (let pad = 0; bytes.length < room; pad ^= 1) bytes.push(pad ? 17 : 236);
  const short = Math.floor(room / blocks);
  const firstLong = blocks - (room % blocks);
  const parts = [];
  for (let i = 0, at = 0; i < blocks; i += 1) {
    const size = short + (i >= firstLong ? 1 : 0);
    parts.push(bytes.slice(at, at + size));
    at += size;
  }
  const generator = generatorOf(correction);
  const checks = parts.map((part) => remainder(part, generator));
  const woven = (lists) =>
    Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, i) =>
      lists.filter((list) => i < list.length).map((list) => list[i]),
    ).flat();
  return [...woven(parts), ...woven(checks)];
}

// In the field of 256 with x⁸ + x⁴ + x³ + x² + 1.
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

function generatorOf(degree) {
  let result = [...Array(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i += 1) {
    result = result.map((value, j) => times(value, root) ^ (result[j + 1] ?? 0));
    root = times(root, 2);
  }
  return result;
}

function remainder(data, generator) {
  let rest = generator.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ rest[0];
    rest = generator.map((value, i) => (rest[i + 1] ?? 0) ^ times(value, factor));
  }
  return rest;
}

function drawn(bits, version, mask) {
  const size = version * 4 + 17;
  const modules = Array.from({ length: size }, () => Array(size).fill(null));
  const set = (x, y, dark) => y >= 0 && x >= 0 && y < size && x < size && (modules[y][x] = Boolean(dark));
  for (let i = 0; i < size; i += 1) set(6, i, i % 2 === 0), set(i, 6, i % 2 === 0);
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(set, cx, cy, 4, (ring) => ring !== 2 && ring !== 4);
  const places = ALIGNMENT[version - 1];
  const last = places.length - 1;
  for (const [i, x] of places.entries()) {
    for (const [j, y] of places.entries()) {
      const taken = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!taken) square(set, x, y, 2, (ring) => ring !== 1);
    }
  }
  drawFormat(set, size, mask);
  if (version >= 7) drawVersion(set, size, version);
  fill(modules, size, bits, mask);
  return modules;
}

function square(set, cx, cy, radius, dark) {
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) set(cx + dx, cy + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
  }
}

// Error correction M is 00, so the five bits are the mask alone.
function drawFormat(set, size, mask) {
  let rest = mask;
  for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  const format = ((mask << 10) | rest) ^ 0x5412;
  const bit = (i) => (format >> i) & 1;
  for (let i = 0; i < 8; i += 1) {
    set(8, i < 6 ? i : i + 1, bit(i));
    set(size - 1 - i, 8, bit(i));
  }
  set(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, bit(i));
  set(8, size - 8, true);
}

function drawVersion(set, size, version) {
  let rest = version;
  for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let i = 0; i < 18; i += 1) {
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
    set(a, b, (bits >> i) & 1);
    set(b, a, (bits >> i) & 1);
  }
}

// Upwards and downwards in columns of two from the right, around what is drawn already.
function fill(modules, size, bits, mask) {
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const upwards = ((right + 1) & 2) === 0;
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (modules[y][x] !== null) continue;
        modules[y][x] = Boolean((bits[at] ?? 0) ^ (MASKS[mask](x, y) === 0 ? 1 : 0));
        at += 1;
      }
    }
  }
}

// How hard it is to read: long runs, squares of one colour, false finder patterns, too much dark or light.
function penaltyOf(modules) {
  const size = modules.length;
  const columns = modules.map((_, x) => modules.map((row) => row[x]));
  let penalty = 0;
  for (const line of [...modules, ...columns].map((row) => row.map(Number).join(""))) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
    penalty += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length;
  }
  let dark = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      dark += modules[y][x];
      const next = modules[y + 1]?.[x + 1];
      if (next === modules[y][x] && next === modules[y][x + 1] && next === modules[y + 1][x]) penalty += 3;
    }
  }
  return penalty + 10 * Math.floor(Math.abs((dark * 20) / size ** 2 - 10));
}
