// An owner's message on its way: shown at once, kept on this device until the server has said
// that it is stored, and sent again for as long as the network or the server is away.

import { api } from "./api.js";
import { element } from "./draw.js";
import { scrollToEnd } from "./scrolling.js";

const AGAIN = 3000;

// `on`: stored(message) once it is there; refused(error, item) when it can never be.
export class Sending {
  constructor(consultation, outbox, log, on) {
    Object.assign(this, { consultation, outbox, log, on });
    this.nodes = new Map(); // key -> node
  }

  async begin(item) {
    this.show(item);
    await this.outbox.add(item);
    await this.post(item);
  }

  // What was left unsent by an earlier visit, in the order in which it was written.
  async resume() {
    for (const item of this.outbox.all()) this.show(item);
    for (const item of [...this.outbox.all()]) await this.post(item);
  }

  // The message came another way: by the socket, or from another tab.
  arrived(text) {
    const item = this.outbox.all().find((one) => one.text === text && this.nodes.has(one.key));
    if (item) this.settle(item);
  }

  show(item) {
    if (this.nodes.has(item.key)) return;
    const shots = item.photos?.length ? element("span", { className: "spoken" }, `사진 ${item.photos.length}장`) : "";
    const node = element("div", { className: "said owner waiting" }, item.text, shots);
    this.nodes.set(item.key, node);
    this.log.append(node);
    scrollToEnd(this.log);
  }

  async post(item) {
    try {
      const sent = await api("POST", "/api/v1/chat/send", {
        consultation: this.consultation,
        text: item.text,
        idempotency_key: item.key,
        revises: item.revises,
        photos: item.photos ?? [],
      });
      this.settle(item);
      this.on.stored(sent.message);
    } catch (error) {
      if (error.status === 401 || error.status === 403) return location.assign("/login"); // kept here
      if (error.isOffline || error.status >= 500 || error.status === 429) return this.postLater(item);
      this.settle(item);
      this.on.refused(error, item);
    }
  }

  postLater(item) {
    setTimeout(() => this.outbox.has(item.key) && this.post(item), AGAIN);
  }

  settle({ key }) {
    this.outbox.forget(key);
    this.nodes.get(key)?.remove();
    this.nodes.delete(key);
  }
}
