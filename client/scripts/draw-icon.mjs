/** Draws client/icon.png: a chip with one horn, for the one kernel, and the mark that starts it. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { encodePng } from './png.mjs';

const SIZE = 256;
/** Samples along each side of a pixel. */
const SAMPLES = 4;

/** @typedef {[number, number, number]} Colour Red, green, blue from 0 to 255. */
/** @typedef {(x: number, y: number) => Colour | undefined} Layer The colour at a point, if it covers it. */

/** @type {Colour} */
const NIGHT = [14, 27, 46];
/** @type {Colour} */
const DUSK = [33, 62, 104];
/** @type {Colour} */
const COPPER = [240, 190, 96];
/** @type {Colour} */
const SHADE = [206, 140, 52];
/** @type {Colour} */
const DIE = [226, 235, 245];
/** @type {Colour} */
const DIE_LOW = [176, 196, 220];
/** @type {Colour} */
const WELL = [20, 38, 64];
/** @type {Colour} */
const GO = [64, 214, 150];

/** How far a point is outside a rounded rectangle; negative inside. */
function roundedBox(
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {{ left: number, top: number, right: number, bottom: number, radius: number }} */ box,
) {
  const dx = Math.abs(x - (box.left + box.right) / 2) - (box.right - box.left) / 2 + box.radius;
  const dy = Math.abs(y - (box.top + box.bottom) / 2) - (box.bottom - box.top) / 2 + box.radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - box.radius;
}

/** @param {Colour} from @param {Colour} to @param {number} part @returns {Colour} */
function blend(from, to, part) {
  const t = Math.min(1, Math.max(0, part));
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

const TILE = { left: 0, top: 0, right: SIZE, bottom: SIZE, radius: 52 };
const CHIP = { left: 66, top: 108, right: 190, bottom: 232, radius: 18 };
const INSIDE = { left: 84, top: 126, right: 172, bottom: 214, radius: 12 };

/** Three on each side, three below; above is the horn alone. */
const PINS = [132, 170, 208].flatMap((at) => [
  { left: 40, top: at - 7, right: 72, bottom: at + 7, radius: 6 },
  { left: 184, top: at - 7, right: 216, bottom: at + 7, radius: 6 },
]);

const HORN = { tip: { x: 128, y: 18 }, base: 112, half: 21 };

/** @type {readonly Layer[]} From the lowest to the highest. */
const LAYERS = [
  (x, y) => (roundedBox(x, y, TILE) < 0 ? blend(DUSK, NIGHT, (x + y * 2) / (SIZE * 2.4)) : undefined),
  (x, y) => (PINS.some((pin) => roundedBox(x, y, pin) < 0) ? COPPER : undefined),
  horn,
  (x, y) => (roundedBox(x, y, CHIP) < 0 ? blend(DIE, DIE_LOW, (y - CHIP.top) / 124) : undefined),
  (x, y) => (roundedBox(x, y, INSIDE) < 0 ? WELL : undefined),
  (x, y) => (startMark(x, y) < 5 ? GO : undefined),
];

/** A cone with the twist of a unicorn's. @type {Layer} */
function horn(x, y) {
  const along = (y - HORN.tip.y) / (HORN.base - HORN.tip.y);
  if (along < 0 || along > 1) return undefined;
  const across = (x - HORN.tip.x) / (HORN.half * along + 1.2);
  if (Math.abs(across) > 1) return undefined;
  const band = ((((y - across * 7 * along - HORN.tip.y) / 21) % 1) + 1) % 1;
  return band > 0.78 ? SHADE : blend([255, 226, 160], COPPER, (across + 1) / 2);
}

/** How far a point is outside the triangle that says "start". @param {number} x @param {number} y */
function startMark(x, y) {
  const [left, right, middle, half] = [114, 150, 170, 24];
  const slope = Math.hypot(right - left, half);
  const edge = ((right - left) * Math.abs(y - middle) + half * (x - left) - half * (right - left)) / slope;
  return Math.max(left - x, edge);
}

/** @param {number} px @param {number} py @returns {[number, number, number, number]} */
function pixel(px, py) {
  let [red, green, blue, covered] = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES ** 2; sample++) {
    const x = px + ((sample % SAMPLES) + 0.5) / SAMPLES;
    const y = py + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
    const colour = LAYERS.reduce(
      (/** @type {Colour | undefined} */ below, layer) => layer(x, y) ?? below,
      undefined,
    );
    if (colour === undefined) continue;
    red += colour[0];
    green += colour[1];
    blue += colour[2];
    covered++;
  }
  if (covered === 0) return [0, 0, 0, 0];
  return [red / covered, green / covered, blue / covered, (255 * covered) / SAMPLES ** 2];
}

const rgba = new Uint8Array(SIZE * SIZE * 4);
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) rgba.set(pixel(x, y).map(Math.round), (y * SIZE + x) * 4);
}
const path = resolve(import.meta.dirname, '../icon.png');
writeFileSync(path, encodePng(SIZE, SIZE, rgba));
console.log(`Drew ${path}.`);
