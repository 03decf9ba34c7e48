// Asks whether the summary is written, and goes there once it is.

const told = document.getElementById("awaited");
const address = `/api/v1/consultations/${told.dataset.consultation}/note`;
const EVERY = 2000;

async function ask() {
  try {
    const response = await fetch(address, { credentials: "same-origin" });
    const { state, sentence, note } = await response.json();
    if (note) return location.replace(`/notes/${note.id}`);
    if (response.ok && state !== "writing") return void (told.textContent = sentence);
  } catch {
    // The connection is away for a moment: ask again.
  }
  setTimeout(ask, EVERY);
}

setTimeout(ask, EVERY);
