// The page of one pet: its portrait and documents are uploaded and removed in place; what cannot be
// undone is asked about first.

import { api } from "./api.js";
import { upload } from "./uploads.js";

const LARGEST = 20 * 1024 * 1024;
const pet = document.getElementById("pet").dataset.pet;
const said = document.getElementById("said");

function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

function show(part) {
  history.replaceState(null, "", part ? `?open=${part}#${part}` : location.pathname);
  location.reload();
}

async function send(input, purpose) {
  const [file] = input.files;
  if (!file) return;
  if (file.size > LARGEST) return say("파일이 너무 커요. 20MB까지 올릴 수 있어요.");
  input.disabled = true;
  say("사진을 올리고 있어요.");
  try {
    const found = await upload({
      memory: {}, pet, purpose, kind: "photo", file, name: file.name || "사진.jpg", late: say,
    });
    if (found.status === "ready") return show(purpose === "document" ? "documents" : "");
    say(found.message);
  } catch (error) {
    say(error.message);
  } finally {
    input.value = "";
    input.disabled = false;
  }
}

async function remove(button) {
  if (!confirm("이 서류를 지울까요? 되돌릴 수 없어요.")) return;
  button.disabled = true;
  try {
    await api("DELETE", `/api/v1/uploads/${button.dataset.document}`);
    show("documents");
  } catch (error) {
    button.disabled = false;
    say(error.message);
  }
}

for (const purpose of ["portrait", "document"]) {
  const input = document.getElementById(purpose);
  if (!input) continue;
  input.closest("label").hidden = false;
  input.addEventListener("change", () => send(input, purpose));
}
for (const button of document.querySelectorAll("[data-document]")) {
  button.hidden = false;
  button.addEventListener("click", () => remove(button));
}
for (const form of document.querySelectorAll("form[data-asks]")) {
  form.addEventListener("submit", (event) => confirm(form.dataset.asks) || event.preventDefault());
}
