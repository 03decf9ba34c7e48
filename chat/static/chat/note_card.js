// The card under a talk that ended: its summary is being written, is there, was checked.

const card = document.getElementById("note-card");
const told = document.getElementById("note-said");

function show(words, isReady) {
  if (!card) return;
  if (card.hidden || told.textContent !== words) told.textContent = words;
  document.getElementById("note-link").hidden = !isReady;
  card.hidden = false;
}

// `hasWords`: nobody sums up a talk in which nothing was said.
export function noteIsAwaited(hasWords) {
  if (card?.dataset.state === "open" && hasWords) show(card.dataset.writing, false);
}

export function noteIsThere(event) {
  if (event.approved) return show("수의사가 상담 요약을 확인했어요.", true);
  if (event.amended) return show("수의사가 상담 요약을 고쳤어요.", true);
  show("상담 요약이 준비됐어요.", true);
}
