// What was written but not yet stored by the server: kept on this device until it is.

export class Outbox {
  constructor(consultation) {
    this.place = `outbox:${consultation}`;
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? "[]");
    } catch {
      return [];
    }
  }

  has(key) {
    return this.all().some((item) => item.key === key);
  }

  add(item) {
    this.keep([...this.all(), item]);
  }

  forget(key) {
    this.keep(this.all().filter((item) => item.key !== key));
  }

  keep(items) {
    try {
      localStorage.setItem(this.place, JSON.stringify(items));
    } catch {
      // Storage is full or blocked: the message is still sent, only not kept over a reload.
    }
  }
}
