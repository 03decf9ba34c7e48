// Recordings that the server does not have yet. Every second is put into IndexedDB as it comes,
// and stays until the server has the whole. What the browser refuses to keep stays in memory.

const RECORDINGS = "recordings";
const PIECES = "pieces";
const loose = new Map(); // recording id -> { recording, pieces: Map of number -> bytes }

let opening;

function opened() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("drmaum-recordings", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(RECORDINGS, { keyPath: "id" });
      asked.result.createObjectStore(PIECES, { keyPath: ["recording", "number"] });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opening;
}

// `work` gets both stores and returns a request, whose result this resolves with once all is kept.
async function run(mode, work) {
  const base = await opened();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction([RECORDINGS, PIECES], mode);
    const request = work(transaction.objectStore(RECORDINGS), transaction.objectStore(PIECES));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

function loosely(recording) {
  if (!loose.has(recording.id)) loose.set(recording.id, { recording, pieces: new Map() });
  return loose.get(recording.id);
}

// { id, consultation, type, name, at, seconds, upload? }
export async function add(recording) {
  try {
    await run("readwrite", (recordings) => recordings.put(recording));
    return true;
  } catch {
    loosely(recording);
    return false;
  }
}

export async function change(recording, changes) {
  Object.assign(recording, changes);
  await add(recording);
}

// Whether the piece is safe from a reload.
export async function keep(recording, number, bytes) {
  try {
    await run("readwrite", (recordings, pieces) => {
      recordings.put(recording);
      return pieces.put({ recording: recording.id, number, bytes });
    });
    return true;
  } catch {
    loosely(recording).pieces.set(number, bytes);
    return false;
  }
}

export async function whole(recording) {
  const kept = await run("readonly", (_, pieces) => pieces.getAll(piecesOf(recording.id))).catch(() => []);
  const all = new Map(kept.map(({ number, bytes }) => [number, bytes]));
  for (const [number, bytes] of loose.get(recording.id)?.pieces ?? []) all.set(number, bytes);
  const inOrder = [...all.keys()].sort((one, other) => one - other);
  return new Blob(inOrder.map((number) => all.get(number)), { type: recording.type });
}

export async function remove(recording) {
  loose.delete(recording.id);
  await run("readwrite", (recordings, pieces) => {
    recordings.delete(recording.id);
    return pieces.delete(piecesOf(recording.id));
  }).catch(() => {});
}

// What was left behind in this consultation, oldest first. What no promise covers any more goes.
export async function leftIn(consultation, days) {
  const all = await run("readonly", (recordings) => recordings.getAll()).catch(() => []);
  const oldest = Date.now() - days * 24 * 3600 * 1000;
  for (const old of all.filter(({ at }) => at < oldest)) await remove(old);
  const mine = all.filter((one) => one.consultation === consultation && one.at >= oldest);
  const free = await Promise.all(mine.map(async (one) => !(await isBusy(one))));
  return mine.filter((_, index) => free[index]).sort((one, other) => one.at - other.at);
}

// One page at a time records or sends a recording: another tab does not offer it meanwhile.
export function alone(recording, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(lockOf(recording), work);
}

async function isBusy(recording) {
  const { held } = (await navigator.locks?.query()) ?? { held: [] };
  return held.some(({ name }) => name === lockOf(recording));
}

const lockOf = ({ id }) => `recording:${id}`;
