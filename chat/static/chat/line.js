// The socket of one consultation: opened again after every loss, with growing pauses, and
// resumed from the last event that was seen.

const LONGEST_PAUSE = 15000;
const DEAF_AFTER = 50000; // two heartbeats and a little

export class Line {
  constructor(consultation, { where, heard, changed }) {
    this.address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/v1/consultations/${consultation}/`;
    this.where = where;
    this.heard = heard;
    this.changed = changed;
    this.pause = 500;
    addEventListener("online", () => this.open());
  }

  open() {
    clearTimeout(this.again);
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => {
      this.pause = 500;
      this.changed(true);
      this.listen();
      this.resume();
    };
    socket.onmessage = ({ data }) => {
      this.listen();
      this.heard(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return; // another one is open already
      if (code === 4401 || code === 4404) return location.assign("/login");
      this.changed(false);
      this.again = setTimeout(() => this.open(), this.pause * (0.7 + Math.random() * 0.6));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    };
  }

  listen() {
    clearTimeout(this.silence);
    const socket = this.socket;
    this.silence = setTimeout(() => socket.close(), DEAF_AFTER);
  }

  resume() {
    this.send({ type: "resume", after: this.where() });
  }

  send(content) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(content));
  }
}
