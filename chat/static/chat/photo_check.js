// Is a photo worth sending? Looked at on a small canvas, before a byte leaves the device.

const SIDE = 512; // of the canvas
const TILES = 4; // each way: a sharp subject before a soft background is sharp
const SHARP_TILES = 2; // that many of them have to be sharp
// Variance of the Laplacian. Seven photographs had 1,150 to 9,600; blurred by 0.2 % of their
// longer side 44 to 176, by 0.4 % (plainly soft) 5 to 16.
const SHARP = 30;
const DARK = 90; // of 255: where even the brightest twentieth is darker. A black cat in daylight is not.

export const DOUBTS = {
  dark: "사진이 어두워요. 밝은 곳에서 다시 찍으면 더 잘 볼 수 있어요.",
  blurry: "사진이 흐려 보여요. 가까이에서 초점을 맞춰 다시 찍어 보세요.",
};

// null when nothing is wrong, or when this browser cannot open the photo (the server may).
export async function doubtOf(file) {
  let pixels;
  try {
    pixels = await small(file);
  } catch {
    return null;
  }
  const light = brightness(pixels);
  const inOrder = Float32Array.from(light).sort();
  if (inOrder[Math.floor(0.95 * inOrder.length)] < DARK) return "dark";
  return sharpness(light, pixels.width, pixels.height) < SHARP ? "blurry" : null;
}

async function small(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const width = Math.max(3, Math.round(picture.width * scale));
  const height = Math.max(3, Math.round(picture.height * scale));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  return context.getImageData(0, 0, width, height);
}

function brightness({ data }) {
  const light = new Float32Array(data.length / 4);
  for (let at = 0; at < light.length; at++) {
    light[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  return light;
}

function sharpness(light, width, height) {
  const tiles = [];
  for (let row = 0; row < TILES; row++) {
    for (let column = 0; column < TILES; column++) tiles.push(variance(light, width, height, column, row));
  }
  return tiles.sort((one, other) => other - one)[SHARP_TILES - 1];
}

// Of the Laplacian, within one tile; the picture's own rim has no neighbours and is left out.
function variance(light, width, height, column, row) {
  const from = (index, size) => Math.max(1, Math.floor((index * size) / TILES));
  const to = (index, size) => Math.min(size - 1, Math.floor(((index + 1) * size) / TILES));
  let [count, sum, squares] = [0, 0, 0];
  for (let y = from(row, height); y < to(row, height); y++) {
    for (let x = from(column, width); x < to(column, width); x++) {
      const at = y * width + x;
      const edge = light[at - 1] + light[at + 1] + light[at - width] + light[at + width] - 4 * light[at];
      count += 1;
      sum += edge;
      squares += edge * edge;
    }
  }
  return count ? squares / count - (sum / count) ** 2 : 0;
}
