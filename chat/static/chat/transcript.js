// "텍스트 확인": what was heard, by speaker, with doubtful words underlined; a word that is tapped is
// played. Only the text that its owner confirms here becomes a message.

import { api } from "./api.js";
import { clock, day, daysUntil } from "./clock.js";
import { element } from "./draw.js";

const DOUBTFUL = 0.6;
const FAR = 1e7; // seconds; a recording of a browser tells its length only after a seek to its end
const part = (name) => document.getElementById(`transcript-${name}`);

export class Transcript {
  constructor({ isOver, changed }) {
    this.isOver = isOver;
    this.changed = changed;
    this.dialog = document.getElementById("transcript");
    this.player = part("player");
    part("close").addEventListener("click", () => this.dialog.close());
    part("confirm").addEventListener("click", () => this.confirm());
    part("discard").addEventListener("click", () => this.discard());
    part("danger").querySelector("button").addEventListener("click", () => this.dialog.close());
    part("heard").addEventListener("click", ({ target }) => this.hear(target.closest("[data-start]")));
    part("text").addEventListener("input", () => this.draft(part("text").value));
    part("keep").addEventListener("change", () => this.keep());
    part("erase").addEventListener("click", () => this.erase());
    this.dialog.addEventListener("close", () => this.player.pause());
    this.player.addEventListener("timeupdate", () => this.follow());
    this.player.addEventListener("error", () => this.again());
  }

  async open(id) {
    this.id = id;
    this.complain("");
    this.player.removeAttribute("src");
    part("heard").replaceChildren(element("p", {}, "불러오고 있어요"));
    part("check").hidden = part("danger").hidden = part("sound").hidden = true;
    this.dialog.showModal();
    try {
      this.now = await api("GET", `/api/v1/transcriptions/${id}`);
      this.draw();
      await this.load();
    } catch (error) {
      if (!this.now || this.now.id !== id) part("heard").replaceChildren();
      this.complain(error.message);
    }
  }

  draw() {
    const { status, segments, text, urgency } = this.now;
    const isOpen = status === "ready";
    part("title").textContent = isOpen ? "텍스트 확인" : "녹음과 텍스트";
    part("hint").hidden = !segments?.length;
    part("heard").replaceChildren(...drawSegments(segments ?? []));
    this.words = [...part("heard").querySelectorAll(".word")];
    part("check").hidden = !isOpen;
    part("over").hidden = !this.isOver();
    part("confirm").disabled = this.isOver();
    part("danger").hidden = !isOpen || !["emergency", "urgent"].includes(urgency);
    part("text").value = this.drafted() ?? text ?? "";
  }

  // --- The sound

  async load() {
    const { upload } = this.now;
    const found = await api("GET", `/api/v1/uploads/${upload}`).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
    part("sound").hidden = !found?.url;
    part("gone").hidden = Boolean(found?.url);
    if (!found?.url) return this.player.removeAttribute("src");
    this.upload = found;
    this.player.src = found.url;
    this.measure();
    this.showKeeping();
  }

  measure() {
    const { player } = this;
    const jump = () => {
      if (Number.isFinite(player.duration)) return;
      player.addEventListener("durationchange", () => (player.currentTime = this.wanted ?? 0), { once: true });
      player.currentTime = FAR;
    };
    player.addEventListener("loadedmetadata", jump, { once: true });
  }

  hear(node) {
    if (!node || part("sound").hidden) return;
    this.wanted = Number(node.dataset.start);
    this.until = Number(node.dataset.end) + 0.3;
    this.player.currentTime = Math.max(0, this.wanted - 0.15);
    this.player.play().catch(() => {});
  }

  // Marks the word that is being said, and stops behind one that was tapped.
  follow() {
    const at = this.player.currentTime;
    const said = this.words?.findLast((word) => Number(word.dataset.start) <= at + 0.05);
    if (said !== this.marked) {
      this.marked?.classList.remove("now");
      said?.classList.add("now");
      this.marked = said;
    }
    if (this.until && at >= this.until && at < this.until + 1) {
      this.player.pause();
      this.until = null;
    }
  }

  // Addresses end after five minutes: once a new one is asked for, at the same place.
  async again() {
    if (!this.dialog.open || !this.player.getAttribute("src")) return;
    const at = this.player.currentTime;
    if (this.failedAt && Date.now() - this.failedAt < 5000) return this.complain("녹음을 재생하지 못했어요.");
    this.failedAt = Date.now();
    await this.load().catch((error) => this.complain(error.message));
    this.player.addEventListener("loadedmetadata", () => (this.player.currentTime = at), { once: true });
  }

  // --- How long the sound stays

  showKeeping() {
    const { is_kept: isKept, removes_at: removesAt } = this.upload;
    part("keep").checked = isKept;
    part("due").textContent = isKept || !removesAt
      ? "지우실 때까지 보관해요."
      : `녹음은 ${daysUntil(removesAt)}일 뒤(${day(removesAt)})에 지워요. 글은 상담에 남아요.`;
  }

  async keep() {
    try {
      const body = { is_kept: part("keep").checked };
      this.upload = await api("POST", `/api/v1/uploads/${this.upload.id}/keep`, body);
    } catch (error) {
      this.complain(error.message);
    }
    this.showKeeping();
  }

  async erase() {
    if (!confirm("녹음을 지울까요? 글은 남고, 지운 녹음은 되돌릴 수 없어요.")) return;
    try {
      await api("DELETE", `/api/v1/uploads/${this.upload.id}`);
      await this.load();
    } catch (error) {
      this.complain(error.message);
    }
  }

  // --- The text

  async confirm() {
    const text = part("text").value.trim();
    if (!text) return this.complain("내용을 입력해 주세요.");
    return this.say("confirm", { text });
  }

  discard() {
    if (confirm("이 글을 상담에 보내지 않을까요? 되돌릴 수 없어요.")) this.say("discard");
  }

  async say(path, body) {
    part("confirm").disabled = part("discard").disabled = true;
    try {
      await api("POST", `/api/v1/transcriptions/${this.id}/${path}`, body);
      this.draft(null);
      this.dialog.close();
      this.changed();
    } catch (error) {
      this.complain(error.message);
    } finally {
      part("confirm").disabled = this.isOver();
      part("discard").disabled = false;
    }
  }

  complain(words) {
    part("problem").textContent = words;
    part("problem").hidden = !words;
  }

  // Corrections outlive a reload.
  draft(text) {
    try {
      if (text === null) localStorage.removeItem(`draft:${this.id}`);
      else localStorage.setItem(`draft:${this.id}`, text);
    } catch {
      // Storage is full or blocked: they are only not kept.
    }
  }

  drafted() {
    try {
      return localStorage.getItem(`draft:${this.id}`);
    } catch {
      return null;
    }
  }
}

function drawSegments(segments) {
  const speakers = [...new Set(segments.map(({ speaker }) => speaker).filter(Boolean))];
  return segments.filter(({ words }) => words?.length).map((segment) => {
    const who = speakers.length > 1 ? `말한 사람 ${speakers.indexOf(segment.speaker) + 1} · ` : "";
    const play = element("button", { type: "button", className: "link meta" }, `${who}${clock(segment.start)}`);
    play.setAttribute("aria-label", `${who}${clock(segment.start)}부터 듣기`);
    place(play, segment);
    return element("div", { className: "segment" }, play, element("p", {}, ...segment.words.flatMap(drawWord)));
  });
}

// A doubtful word is a button, so that it is found without a pointer; the others are only tapped.
function drawWord(word) {
  const text = word.text.trim();
  const isDoubtful = typeof word.confidence === "number" && word.confidence < DOUBTFUL;
  const node = isDoubtful
    ? element("button", { type: "button", className: "word doubtful" }, text)
    : element("span", { className: "word" }, text);
  if (isDoubtful) node.setAttribute("aria-label", `${text}, 확인이 필요한 단어 듣기`);
  place(node, word);
  return /^[.,?!…]+$/.test(text) ? [node] : [" ", node];
}

function place(node, { start, end }) {
  if (start === null || start === undefined) return;
  node.dataset.start = start;
  node.dataset.end = end ?? start;
}
