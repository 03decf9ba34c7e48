// The page of an export that is being built: shown anew when it is ready.

const EVERY = 3000;
const waiting = document.querySelector("[data-export]");

async function look() {
  try {
    const answer = await fetch(`/api/v1/me/exports/${waiting.dataset.export}`);
    if (answer.ok && (await answer.json()).status !== "queued") return location.reload();
  } catch {
    // Without a network it is asked again.
  }
  setTimeout(look, EVERY);
}

if (waiting) setTimeout(look, EVERY);
