// Notifications of this browser: on, off, which; asked for only when somebody presses the button.

const section = document.querySelector("#notifications");
const status = section.querySelector("#notification-status");
const kinds = [...section.querySelectorAll("[name=kind]")];
const FAILED = "지금은 바꾸지 못했어요. 잠시 뒤에 다시 해 주세요.";
const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
let device; // as the server knows this browser

function show(state) {
  for (const part of section.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
}

function say(text) {
  status.textContent = text;
}

async function ask(method, path, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(told.message ?? FAILED);
  return told;
}

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function isSame(given, wanted) {
  const own = new Uint8Array(given ?? []);
  return own.length === wanted.length && own.every((byte, at) => byte === wanted[at]);
}

// The subscription under the server's key; one under an earlier key is of no use to it.
async function subscribed({ fresh }) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const wanted = bytesOf((await ask("GET", "push/key")).key);
  const found = await pushManager.getSubscription();
  if (found && isSame(found.options.applicationServerKey, wanted)) return found;
  if (!found && !fresh) return null;
  await found?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
}

// Each visit says anew that this browser is there: keys may have changed, and what was chosen stays.
async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const told = { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, label: labelOf() };
  device = await ask("POST", "me/devices", told);
  for (const box of kinds) box.checked = device.kinds.includes(box.value);
}

function labelOf() {
  const { platform, mobile } = navigator.userAgentData ?? {};
  return platform ? `${platform}${mobile ? " 휴대전화" : ""}` : "";
}

async function turnOn() {
  const answer = await Notification.requestPermission();
  if (answer === "denied") return show("blocked");
  if (answer !== "granted") return undefined;
  await tell(await subscribed({ fresh: true }));
  show("on");
  return say("알림을 켰어요.");
}

async function turnOff() {
  const { pushManager } = await navigator.serviceWorker.ready;
  if (device) await ask("DELETE", `me/devices/${device.id}`);
  await (await pushManager.getSubscription())?.unsubscribe();
  show("off");
  say("알림을 껐어요.");
}

async function choose() {
  const wanted = kinds.filter((box) => box.checked).map((box) => box.value);
  device = await ask("PATCH", `me/devices/${device.id}`, { kinds: wanted });
  say("바꿨어요.");
}

async function tryOut() {
  await ask("POST", `me/devices/${device.id}/try`);
  say("보냈어요. 곧 이 기기에 알림이 떠요.");
}

// A press, with a sentence when it did not work.
function pressed(act) {
  return async ({ target }) => {
    target.disabled = true;
    say("");
    try {
      await act();
    } catch (error) {
      say(error instanceof TypeError || !error.message ? FAILED : error.message);
    }
    target.disabled = false;
  };
}

async function begin() {
  if (!isAble) return show("unsupported");
  if (Notification.permission === "denied") return show("blocked");
  const known = Notification.permission === "granted" ? await subscribed({ fresh: false }) : null;
  if (!known) return show("off");
  await tell(known);
  return show("on");
}

section.querySelector("#notify").addEventListener("click", pressed(turnOn));
section.querySelector("#stop-notifying").addEventListener("click", pressed(turnOff));
section.querySelector("#try-notification").addEventListener("click", pressed(tryOut));
for (const box of kinds) box.addEventListener("change", pressed(choose));
begin().catch(() => show("off"));
