// What was said aloud, from the recording to the text that its owner checks: one card each, above
// the composer. The server's list of transcriptions is the truth; it is asked again while one is
// under way, and when the event log tells of one.

import { api } from "./api.js";
import { clock, dayAndTime } from "./clock.js";
import { element } from "./draw.js";
import { Recorder } from "./recorder.js";
import { alone, change, leftIn, remove, whole } from "./recordings.js";
import { Transcript } from "./transcript.js";
import { isPassing, settled, upload } from "./uploads.js";

const ASK_EVERY = 2000;
const LONGEST_PAUSE = 30000;
const UNDER_WAY = new Set(["queued", "running", "polling"]);
const FAILED = "녹음을 글로 바꾸지 못했어요. 다시 시도하거나 글로 적어 주세요.";

export class Voice {
  constructor({ consultation, pet, audio_days: days }, { isOver, changed }) {
    this.consultation = consultation;
    this.pet = pet;
    this.days = days;
    this.place = document.getElementById("voice");
    this.cards = new Map(); // id of a recording or transcription -> { node, words, bar, row }
    this.transcript = new Transcript({ isOver, changed: () => this.refresh().then(changed) });
    new Recorder(consultation, (recording) => this.send(recording));
  }

  async begin() {
    for (const left of await leftIn(this.consultation, this.days)) {
      const isThere = await this.known(left).catch(() => null);
      if (isThere) this.send(left); // all of it had been sent; only the word was missing
      else this.offer(left);
    }
    await this.refresh();
  }

  // --- Recordings that the server does not have yet

  offer(recording) {
    const length = recording.seconds ? ` (${clock(recording.seconds)})` : "";
    this.draw(recording.id, `보내지 못한 녹음이 있어요${length} · ${dayAndTime(recording.at)}`, {
      actions: [["이어서 보내기", () => this.send(recording)], ...this.ways(recording)],
    });
  }

  async send(recording, pause = 3000) {
    clearTimeout(recording.again);
    removeEventListener("online", recording.whenOnline);
    if (recording.isSending) return;
    recording.isSending = true;
    this.draw(recording.id, "녹음을 올리고 있어요.", { share: 0 });
    try {
      const found = await alone(recording, () => this.carry(recording));
      if (found.status !== "ready") return this.stay(recording, found.message || "이 녹음은 쓸 수 없어요.");
      await remove(recording);
      this.drop(recording.id);
      await this.refresh();
    } catch (error) {
      if (error.status === 401) return location.assign("/login"); // kept here
      if (!isPassing(error)) return this.stay(recording, error.message, error.code);
      this.draw(recording.id, `${error.message} 녹음은 이 기기에 보관하고 있어요.`, {
        actions: [["지금 다시 보내기", () => this.send(recording)]],
      });
      this.later(recording, pause);
    } finally {
      recording.isSending = false;
    }
  }

  async carry(recording) {
    const late = (words) => this.draw(recording.id, words, {});
    const known = await this.known(recording);
    if (known) return settled(known, late);
    return upload({
      memory: recording,
      consultation: this.consultation,
      kind: "audio",
      file: await whole(recording),
      name: recording.name,
      asked: (id) => change(bare(recording), { upload: id }).then(() => (recording.upload = id)),
      moved: (share) => {
        const words = share < 1 ? "녹음을 올리고 있어요." : "녹음을 확인하고 있어요.";
        this.draw(recording.id, words, { share });
      },
      late,
    });
  }

  // The id of an earlier upload of the same recording, when the server has its bytes.
  async known({ upload: id }) {
    if (!id) return null;
    try {
      const { status } = await api("GET", `/api/v1/uploads/${id}`);
      return status === "checking" || status === "ready" ? id : null;
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  later(recording, pause) {
    recording.whenOnline = () => this.send(recording, Math.min(2 * pause, LONGEST_PAUSE));
    addEventListener("online", recording.whenOnline);
    recording.again = setTimeout(recording.whenOnline, pause);
  }

  // The server will not take it: its owner decides what becomes of it.
  stay(recording, words, code) {
    const again = ["다시 보내기", () => this.send(recording)];
    const elsewhere = ["새 상담에서 보내기", () => this.move(recording)];
    const first = code === "consultation_ended" ? elsewhere : again;
    this.draw(recording.id, words, { actions: [first, ...this.ways(recording)] });
  }

  async move(recording) {
    try {
      const { id } = await api("POST", "/api/v1/consultations", { pet: this.pet });
      await change(bare({ ...recording, upload: undefined }), { consultation: id });
      location.assign(`/consultations/${id}`);
    } catch (error) {
      this.stay(recording, error.message, "consultation_ended");
    }
  }

  ways(recording) {
    return [
      ["파일로 저장", () => save(recording)],
      ["지우기", async () => {
        if (!confirm("이 녹음을 지울까요? 되돌릴 수 없어요.")) return;
        await remove(recording);
        this.drop(recording.id);
      }],
    ];
  }

  // --- What the server makes of them

  heard() {
    return this.refresh();
  }

  async refresh() {
    clearTimeout(this.again);
    const turn = (this.turn = (this.turn ?? 0) + 1);
    let all;
    try {
      const found = await api("GET", `/api/v1/consultations/${this.consultation}/transcriptions`);
      all = found.results ?? found;
    } catch (error) {
      if (isPassing(error)) this.again = setTimeout(() => this.refresh(), 2 * ASK_EVERY);
      return;
    }
    if (turn !== this.turn) return; // a later answer counts
    for (const one of all) this.show(one);
    const isUnderWay = all.some(({ status }) => UNDER_WAY.has(status));
    if (isUnderWay) this.again = setTimeout(() => this.refresh(), ASK_EVERY);
  }

  show(one) {
    const act = (path) => () => this.act(one, path);
    if (UNDER_WAY.has(one.status)) {
      const share = one.progress ? one.progress / 100 : undefined;
      this.draw(one.id, "녹음을 글로 바꾸고 있어요. 다른 일을 하셔도 돼요.", { share, isBusy: true });
    } else if (one.status === "ready") {
      this.draw(one.id, "녹음을 글로 바꿨어요. 확인하고 보내 주세요.", {
        actions: [["텍스트 확인", () => this.transcript.open(one.id)]],
      });
    } else if (one.status === "dead") {
      const actions = [["다시 시도", act("retry")], ["녹음 듣기", () => this.transcript.open(one.id)], ["쓰지 않기", act("discard")]];
      this.draw(one.id, one.message || FAILED, { actions });
    } else if (one.status === "skipped") {
      this.draw(one.id, one.message || FAILED, { actions: [["쓰지 않기", act("discard")]] });
    } else {
      this.drop(one.id);
    }
  }

  async act({ id }, path) {
    try {
      await api("POST", `/api/v1/transcriptions/${id}/${path}`);
    } catch (error) {
      if (error.status !== 409) return this.cards.get(id).words.replaceChildren(error.message);
    }
    return this.refresh();
  }

  // The line under a message that was spoken.
  mark({ transcription, seconds }) {
    const length = seconds ? ` ${clock(seconds)}` : "";
    const open = () => this.transcript.open(transcription);
    return element("span", { className: "spoken" }, `음성${length} · `,
      element("button", { type: "button", className: "link", onclick: open }, "녹음 듣기"));
  }

  // --- Cards

  draw(id, words, { share, isBusy = false, actions = [] }) {
    const card = this.cards.get(id) ?? this.card(id);
    if (card.words.textContent !== words) card.words.textContent = words;
    card.bar.hidden = share === undefined && !isBusy;
    if (share === undefined) card.bar.removeAttribute("value");
    else card.bar.value = share;
    const labels = actions.map(([label]) => label).join();
    if (card.labels !== labels) card.row.replaceChildren(...actions.map(button));
    card.labels = labels;
    card.row.hidden = !actions.length;
    this.place.hidden = false;
  }

  card(id) {
    const words = element("p");
    words.setAttribute("role", "status");
    const bar = element("progress", { max: 1 });
    bar.setAttribute("aria-label", "진행");
    const row = element("div", { className: "row" });
    const node = element("div", { className: "voice-card" }, words, bar, row);
    const card = { node, words, bar, row };
    this.cards.set(id, card);
    this.place.append(node);
    return card;
  }

  drop(id) {
    this.cards.get(id)?.node.remove();
    this.cards.delete(id);
    this.place.hidden = !this.cards.size;
  }
}

function button([label, act], index) {
  const className = index ? "button small quiet" : "button small";
  return element("button", { type: "button", className, onclick: act }, label);
}

// What is kept of a recording: no timers, no marks of this page.
function bare({ id, consultation, type, name, at, seconds, upload: known }) {
  return { id, consultation, type, name, at, seconds, ...(known ? { upload: known } : {}) };
}

async function save(recording) {
  const href = URL.createObjectURL(await whole(recording));
  element("a", { href, download: recording.name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000);
}
