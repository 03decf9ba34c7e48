// Speaking instead of typing: consent, a level meter, pause, a timer. Each second is kept on this
// device as it comes (recordings.js); what becomes of the whole is the business of `finished`.

import { newKey } from "./api.js";
import { clock } from "./clock.js";
import { add, alone, keep, remove } from "./recordings.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];
const ENDINGS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };
const A_SECOND = 1000;
const LONGEST = 3600 - 5; // seconds; the server takes an hour
const LARGEST = 200 * 1024 * 1024;
const QUIET = 0.012; // of the loudest that a microphone can tell
const QUIET_SECONDS = 6;
const SOUND = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const TROUBLE = {
  NotAllowedError: "마이크를 쓸 수 없어요. 브라우저 설정에서 이 사이트의 마이크를 허용해 주세요.",
  NotFoundError: "마이크를 찾지 못했어요. 마이크를 연결하거나 녹음 파일을 골라 주세요.",
  NotReadableError: "다른 앱이 마이크를 쓰고 있어요. 그 앱을 닫고 다시 눌러 주세요.",
};

const part = (name) => document.getElementById(`recorder-${name}`);

export class Recorder {
  constructor(consultation, finished) {
    this.consultation = consultation;
    this.finished = finished;
    this.dialog = document.getElementById("recorder");
    const opener = document.getElementById("speak");
    opener.hidden = !window.indexedDB;
    part("start").hidden = !(navigator.mediaDevices && window.MediaRecorder);
    opener.addEventListener("click", () => this.open());
    part("close").addEventListener("click", () => this.dialog.close());
    part("start").addEventListener("click", () => this.start());
    part("pause").addEventListener("click", () => this.pause());
    part("done").addEventListener("click", () => this.stop());
    part("drop").addEventListener("click", () => this.drop());
    part("file").addEventListener("change", ({ target }) => this.take(target));
    this.dialog.addEventListener("cancel", (event) => this.recording && event.preventDefault());
    addEventListener("beforeunload", (event) => this.recording && event.preventDefault());
    document.addEventListener("visibilitychange", () => {
      if (this.machine?.state === "recording") this.machine.requestData();
    });
  }

  open() {
    this.turn(false);
    this.complain("");
    this.dialog.showModal();
  }

  turn(isOn) {
    part("before").hidden = isOn;
    part("during").hidden = !isOn;
    part("close").hidden = isOn;
  }

  complain(words) {
    part("problem").textContent = words;
    part("problem").hidden = !words;
  }

  say(words) {
    if (part("said").textContent !== words) part("said").textContent = words;
  }

  async start() {
    if (this.isStarting) return;
    this.isStarting = true;
    this.complain("");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: SOUND });
    } catch (error) {
      return this.complain(TROUBLE[error.name] ?? "녹음을 시작하지 못했어요. 다시 눌러 주세요.");
    } finally {
      this.isStarting = false;
    }
    const type = TYPES.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
    this.machine = new MediaRecorder(this.stream, { mimeType: type, audioBitsPerSecond: 48000 });
    this.recording = this.begun(this.machine.mimeType);
    this.number = 0;
    this.spoken = 0; // milliseconds before the last pause
    this.resumed = performance.now();
    this.lastLoud = 0;
    this.keeping = add(this.recording);
    this.machine.ondataavailable = ({ data }) => this.put(data);
    this.machine.onstop = () => this.end();
    this.stream.getAudioTracks()[0].onended = () => this.stop(); // unplugged, or taken by a call
    const held = new Promise((resolve) => (this.release = resolve));
    alone(this.recording, () => held);
    this.machine.start(A_SECOND);
    this.turn(true);
    this.showState();
    this.listen();
    part("pause").focus();
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  begun(type) {
    const at = Date.now();
    const day = new Date(at).toLocaleDateString("sv");
    const name = `녹음-${day}.${ENDINGS[type.split(";")[0]] ?? "webm"}`;
    return { id: newKey(), consultation: this.consultation, type, name, at, seconds: 0 };
  }

  put(data) {
    if (!data.size || !this.recording) return;
    const number = this.number++;
    const { recording } = this;
    if (this.machine.state !== "inactive") recording.seconds = this.seconds();
    this.keeping = this.keeping.then(async () => {
      const isSafe = await keep(recording, number, await data.arrayBuffer());
      if (!isSafe) this.complain("이 기기에 녹음을 보관하지 못하고 있어요. 다 보낼 때까지 이 창을 닫지 말아 주세요.");
    });
  }

  seconds() {
    const now = this.machine.state === "recording" ? performance.now() - this.resumed : 0;
    return (this.spoken + now) / 1000;
  }

  pause() {
    if (this.machine.state === "recording") {
      this.spoken = this.seconds() * 1000;
      this.machine.pause();
    } else if (this.machine.state === "paused") {
      this.machine.resume();
      this.resumed = performance.now();
      this.lastLoud = this.seconds();
    }
    this.showState();
  }

  showState() {
    const isPaused = this.machine.state === "paused";
    part("pause").textContent = isPaused ? "이어서 녹음" : "잠시 멈춤";
    this.say(isPaused ? "녹음을 잠시 멈췄어요." : "녹음하고 있어요. 편하게 말해 주세요.");
    this.dialog.classList.toggle("paused", isPaused);
  }

  // The meter, the timer and the end of the hour, once a frame.
  listen() {
    this.sound = new AudioContext();
    const ear = this.sound.createAnalyser();
    ear.fftSize = 1024;
    this.sound.createMediaStreamSource(this.stream).connect(ear);
    const wave = new Float32Array(ear.fftSize);
    const look = () => {
      if (!this.recording) return;
      ear.getFloatTimeDomainData(wave);
      this.show(Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length));
      requestAnimationFrame(look);
    };
    look();
  }

  show(loudness) {
    const seconds = this.seconds();
    const isOn = this.machine.state === "recording";
    const share = isOn ? Math.min(1, Math.sqrt(loudness) * 1.8) : 0;
    part("level").style.setProperty("--level", share.toFixed(3));
    part("timer").textContent = clock(seconds);
    if (!isOn) return;
    if (loudness > QUIET) this.lastLoud = seconds;
    if (seconds - this.lastLoud > QUIET_SECONDS) this.say("소리가 거의 들리지 않아요. 마이크 가까이에서 말해 주세요.");
    else if (seconds > LONGEST - 60) this.say("곧 60분이에요. 60분이 되면 녹음을 마치고 올릴게요.");
    else this.say("녹음하고 있어요. 편하게 말해 주세요.");
    if (seconds >= LONGEST) this.stop();
  }

  stop() {
    if (!this.machine || this.machine.state === "inactive") return;
    this.recording.seconds = this.seconds();
    this.machine.stop();
  }

  async drop() {
    if (!confirm("이 녹음을 지울까요? 되돌릴 수 없어요.")) return;
    this.isDropped = true;
    this.stop();
  }

  async end() {
    const { recording, isDropped } = this;
    await this.keeping;
    this.recording = null;
    this.isDropped = false;
    this.stream.getTracks().forEach((track) => track.stop());
    this.sound?.close();
    this.lock?.release();
    this.dialog.close();
    if (isDropped) await remove(recording);
    this.release();
    if (!isDropped) this.finished(recording);
  }

  // A recording that was made elsewhere goes the same way.
  async take(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST) return this.complain("파일이 너무 커요. 200MB까지 올릴 수 있어요.");
    const recording = { ...this.begun(file.type), name: file.name };
    await add(recording);
    await keep(recording, 0, await file.arrayBuffer());
    this.dialog.close();
    this.finished(recording);
  }
}
