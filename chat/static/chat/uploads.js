// A file on its way to the server: an address is asked for, the bytes are posted to it, the server
// is told, and looks into the file before it can be used.

import { api } from "./api.js";

const OFFLINE = "연결이 끊겼어요. 다시 연결되면 보낼게요.";
const UNSAVED = "파일을 저장하지 못했어요. 잠시 뒤에 다시 올려 주세요.";
const LOOK_EVERY = 700;
const MARGIN = 60; // seconds before its end in which an address is not used again

// Resolves with the upload once it is usable or refused. `asked` hears its id before a byte is
// sent, `moved` the share (0 to 1) that was sent, `late` the server's sentence when it takes long.
// `memory` holds the address for another try: each new one would count against the owner's day.
// The file belongs to a `consultation`, or to a `pet` for a `purpose`.
export async function upload({ memory, consultation, pet, purpose, kind, file, name, bodyPart = "", asked, moved, late }) {
  const owner = pet ? { pet, purpose } : { consultation };
  const terms = { ...owner, kind, name, content_type: file.type, size: file.size };
  const isFresh = memory.promise?.until > Date.now();
  if (!isFresh) memory.promise = await ask({ ...terms, ...(bodyPart ? { body_part: bodyPart } : {}) });
  const { id, form } = memory.promise;
  await asked?.(id);
  try {
    await post(form, file, name, moved);
  } catch (error) {
    if (error.code === "address_ended") memory.promise = null;
    if (error.code !== "upload_closed") throw error; // else only the answer to an earlier try was lost
  }
  await api("POST", `/api/v1/uploads/${id}/confirm`);
  memory.promise = null;
  return settled(id, late);
}

async function ask(terms) {
  const { id, post: form } = await api("POST", "/api/v1/uploads", terms);
  return { id, form, until: Date.now() + (form.expires_in - MARGIN) * 1000 };
}

export async function settled(id, late) {
  for (;;) {
    const found = await api("GET", `/api/v1/uploads/${id}`);
    if (found.status !== "checking") return found;
    if (found.message) late?.(found.message);
    await new Promise((resolve) => setTimeout(resolve, found.message ? 5 * LOOK_EVERY : LOOK_EVERY));
  }
}

export async function uploadsOf(consultation) {
  const found = [];
  let address = `/api/v1/consultations/${consultation}/uploads`;
  while (address) {
    const { results, next } = await api("GET", address);
    found.push(...results);
    address = next;
  }
  return found;
}

// May the same be tried again by itself, or does a person have to decide?
export function isPassing(error) {
  if (error.isOffline || error.status >= 500 || error.code === "address_ended") return true;
  return error.status === 429 && !error.code?.startsWith("quota_");
}

// XMLHttpRequest, because `fetch` does not tell how much of a body was sent.
function post({ url, fields }, file, name, moved) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append("file", file, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (words, facts) => reject(Object.assign(new Error(words), facts));
    request.upload.onprogress = ({ loaded, total }) => moved?.(loaded / total);
    request.onload = () => {
      if (request.status < 300) return resolve();
      const { code, message } = told(request);
      const ended = request.status === 403 ? "address_ended" : "";
      return fail(message ?? UNSAVED, { status: request.status, code: code ?? ended });
    };
    request.onerror = request.ontimeout = () => fail(OFFLINE, { isOffline: true });
    request.open("POST", url);
    request.send(form);
  });
}

// A bucket answers in XML, and then there is no sentence for people in it.
function told(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}
