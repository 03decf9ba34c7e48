// The consultation page: events in, messages out. The server's event log is the truth; this
// page only draws it, in the order of `seq`, and asks again after every lost connection.

import { api, newKey } from "./api.js";
import { Banner } from "./banner.js";
import { AskBack } from "./chips.js";
import { drawReply, element } from "./draw.js";
import { openBasis, openSource } from "./drawer.js";
import { askFirst, stopAskingFirst } from "./first.js";
import { Line } from "./line.js";
import { noteIsAwaited, noteIsThere } from "./note_card.js";
import { Outbox } from "./outbox.js";
import { Photos } from "./photos.js";
import { rating } from "./rating.js";
import { isAtEnd, scrollToEnd, showSought } from "./scrolling.js";
import { Sending } from "./sending.js";
import { SentPhotos } from "./sent_photos.js";
import { Stars } from "./stars.js";
import { uploadsOf } from "./uploads.js";
import { Voice } from "./voice.js";

const page = JSON.parse(document.getElementById("page").textContent);
const log = document.getElementById("log");
const composer = document.getElementById("composer");
const field = document.getElementById("text");
const problem = document.getElementById("problem");
const editing = document.getElementById("editing");
const outbox = new Outbox(page.consultation);
const banner = new Banner(page.consultation);
const photos = new Photos(page.consultation);
const stars = new Stars(page.consultation, page.rating);
const askBack = new AskBack(log, field);
const sentPhotos = new SentPhotos(page.consultation);
const voice = page.has_voice ? new Voice(page, { isOver: () => isOver, changed: () => line.resume() }) : null;

let seen = 0;
let revises = null; // the id of the message that is being edited
let isOver = page.is_over;
const replies = new Map(); // reply id -> { node, text: code points, answers, isDone }
const drawn = new Map(); // message id -> node

const line = new Line(page.consultation, {
  where: () => seen,
  heard: handle,
  changed: (isOpen) => (document.getElementById("connection").hidden = isOpen),
});

const sending = new Sending(page.consultation, outbox, log, {
  stored: (message) => {
    showOwner(message);
    line.resume();
  },
  refused,
});

function handle(event) {
  if (event.type === "reload") return location.reload();
  if (event.type === "heartbeat") return event.head > seen ? line.resume() : undefined;
  if (event.type === "reply.delta") return grow(event);
  if (event.type === "reply.waiting") return wait(event);
  if (event.seq === undefined) return;
  if (event.seq <= seen) return;
  if (event.seq > seen + 1) return line.resume();
  seen = event.seq;
  const stay = isAtEnd(log);
  (stored[event.type] ?? (() => {}))(event);
  if (stay) scrollToEnd(log);
}

const stored = {
  message: ({ message }) => showOwner(message),
  triage: (event) => banner.show(event),
  "reply.started": (event) => beginReply(event.reply, event.answers),
  "reply.restart": (event) => beginReply(event.reply, event.answers),
  "reply.done": (event) => endReply(event),
  "reply.failed": (event) => endReply(event),
  ended: () => {
    isOver = true;
    stopEditing();
    composer.hidden = true;
    document.getElementById("end").hidden = true;
    document.getElementById("ended").hidden = false;
    stopAskingFirst();
    noteIsAwaited(drawn.size > 0);
    showEnd();
  },
  soap: noteIsThere,
  transcript: () => voice?.heard(),
};

function showOwner(message) {
  sending.arrived(message.text);
  if (drawn.has(message.id)) return;
  stopAskingFirst();
  askBack.stop();
  const node = element("div", { className: "said owner", id: `m-${message.id}` }, element("span", { className: "words" }, message.text));
  if (message.photos?.length) node.prepend(sentPhotos.row(message.photos));
  if (voice && message.kind === "audio_transcript") node.append(voice.mark(message.facts ?? {}));
  node.append(tools([["고쳐서 다시 묻기", () => edit(message)]]));
  if (message.revises) fold(drawn.get(message.revises), null, "고치기 전의 질문과 답변");
  drawn.set(message.id, node);
  log.append(node);
}

// Earlier wordings and answers stay, folded: from `first` up to `end`, or to the end of the log.
function fold(first, end, title) {
  if (!first) return;
  const older = element("details", { className: "older" }, element("summary", {}, title));
  first.before(older);
  while (older.nextSibling && older.nextSibling !== end) older.append(older.nextSibling);
}

function beginReply(id, answers) {
  const known = replies.get(id);
  if (known?.isDone) return; // a late word of a worker that was too slow
  const node = known?.node ?? element("article", { className: "said assistant" });
  node.setAttribute("aria-busy", "true");
  node.replaceChildren(element("p", { className: "dots" }, "답변을 준비하고 있어요"), stopTool(id));
  if (!known) {
    const before = [...replies.values()].findLast((one) => one.answers === answers);
    log.append(node);
    if (before) {
      before.node.after(node);
      fold(before.node, node, "앞선 답변 보기");
    }
  }
  replies.set(id, { node, text: [], answers, isDone: false });
}

function stopTool(id) {
  return tools([["멈추기", () => line.send({ type: "stop", reply: id })]]);
}

function wait({ reply, text }) {
  const dots = replies.get(reply)?.node.querySelector(".dots");
  if (dots) dots.textContent = text;
}

function grow({ reply, offset, text }) {
  const known = replies.get(reply);
  if (!known || known.isDone) return;
  if (offset > known.text.length) return line.resume(); // a frame was lost
  const stay = isAtEnd(log);
  known.text.splice(offset, Infinity, ...text);
  drawReply(known.node, { text: known.text.join(""), facts: {} }, openSource);
  known.node.append(stopTool(reply));
  if (stay) scrollToEnd(log);
}

function endReply({ reply, answers, message }) {
  if (!replies.has(reply)) beginReply(reply, answers);
  const known = replies.get(reply);
  known.isDone = true;
  known.node.removeAttribute("aria-busy");
  drawReply(known.node, message, openSource);
  known.node.id = `m-${message.id}`;
  const ask = (path) => () => api("POST", `/api/v1/messages/${answers}/${path}`).catch(show);
  if (message.status === "failed") {
    known.node.append(tools([["다시 시도", ask("retry")]]));
    return;
  }
  const again = ["다시 답변받기", ask("regenerate")];
  known.node.append(
    rating(reply, page.ratings[reply], show),
    ...(isOver ? [] : askBack.chips(message.text)),
    tools([["이 답변에 사용한 정보", () => openBasis(reply, page.pet, ask("regenerate"))], ...(isOver ? [] : [again])]),
  );
}

function tools(actions) {
  const row = element("div", { className: "tools" });
  for (const [label, act] of actions) {
    row.append(element("button", { type: "button", className: "link", onclick: act }, label));
  }
  return row;
}

// --- Sending -----------------------------------------------------------------------------

function refused(error, item) {
  field.value = field.value || item.text;
  show(error);
  if (item.photos?.length) recallPhotos();
}

function show(error) {
  problem.textContent = error.message;
  problem.hidden = false;
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  problem.hidden = true;
  if (!text && !photos.isEmpty) return show(new Error("사진과 함께 증상을 한 줄만 적어 주세요."));
  if (!text) return show(new Error("내용을 입력해 주세요."));
  if (photos.hindrance) return show(new Error(photos.hindrance));
  if ([...text].length > page.longest) return show(new Error("메시지는 4,000자까지 보낼 수 있어요."));
  const item = { key: newKey(), text, revises, photos: photos.handOver() };
  stopEditing();
  field.value = "";
  fit();
  sending.begin(item);
});

field.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (sends && matchMedia("(pointer: fine)").matches) {
    event.preventDefault();
    composer.requestSubmit();
  }
});
field.addEventListener("input", fit);

function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 144)}px`;
}

function edit(message) {
  if (isOver) return;
  revises = message.id;
  editing.hidden = false;
  field.value = message.text;
  fit();
  field.focus();
}

function stopEditing() {
  revises = null;
  editing.hidden = true;
}

document.getElementById("editing-cancel").addEventListener("click", () => {
  stopEditing();
  field.value = "";
  fit();
});

// Photos that were uploaded and are in no message, nor in one that is on its way.
async function recallPhotos() {
  if (isOver) return;
  const taken = outbox.all().flatMap((item) => item.photos ?? []);
  photos.recall(await uploadsOf(page.consultation).catch(() => []), taken);
}

// What follows a talk that is over stands below its last word, and scrolls with it; that it is over
// stands where the composer was.
function showEnd() {
  askBack.stop();
  if (drawn.size) stars.show();
  log.append(...["note-card", "stars"].map((id) => document.getElementById(id)).filter(Boolean));
}

// --- The end, scrolling ------------------------------------------------------------------------------

document.getElementById("end").addEventListener("click", async () => {
  if (!confirm("상담을 끝낼까요? 대화는 그대로 남아요.")) return;
  try {
    await api("POST", `/api/v1/consultations/${page.consultation}/end`);
  } catch (error) {
    show(error);
  }
});

for (const event of page.events) handle(event);
if (isOver) showEnd();
log.classList.remove("undrawn");
if (!showSought()) scrollToEnd(log);
line.open();
voice?.begin();
await outbox.load();
if (!isOver && !drawn.size && !outbox.all().length) askFirst(field, composer);
recallPhotos();
sending.resume();
