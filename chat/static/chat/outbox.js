// What was written but not yet stored by the server: kept in IndexedDB until it is. What the
// browser refuses to keep stays in memory, and is sent all the same.

const ITEMS = "items";
const OLD = "outbox:"; // where earlier releases kept it: localStorage

let opening;

function opened() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("drmaum-outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(ITEMS, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
  return opening;
}

async function run(mode, work) {
  const base = await opened();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(ITEMS, mode);
    const request = work(transaction.objectStore(ITEMS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export class Outbox {
  constructor(consultation) {
    this.consultation = consultation;
    this.items = [];
  }

  // What an earlier visit left here, in the order in which it was written.
  async load() {
    const kept = await run("readonly", (items) => items.getAll()).catch(() => []);
    const mine = kept.filter((item) => item.consultation === this.consultation);
    for (const item of this.left()) if (await this.put(item)) mine.push({ at: 0, ...item });
    this.items = [...mine.sort((one, other) => one.at - other.at), ...this.items];
  }

  all() {
    return this.items;
  }

  has(key) {
    return this.items.some((item) => item.key === key);
  }

  async add(item) {
    this.items.push(item);
    await this.put(item);
  }

  put(item) {
    const row = { at: Date.now(), ...item, consultation: this.consultation };
    return run("readwrite", (items) => items.put(row)).then(() => true, () => false);
  }

  forget(key) {
    this.items = this.items.filter((item) => item.key !== key);
    return run("readwrite", (items) => items.delete(key)).catch(() => {});
  }

  left() {
    try {
      const left = JSON.parse(localStorage.getItem(OLD + this.consultation) ?? "[]");
      localStorage.removeItem(OLD + this.consultation);
      return left;
    } catch {
      return [];
    }
  }
}
