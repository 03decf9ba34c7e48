// The page that shows a new link once: copy it, or hand it to another app.

const field = document.getElementById("address");
const copy = document.getElementById("copy");
const send = document.getElementById("send");

function say(words) {
  document.getElementById("said").textContent = words;
}

copy.hidden = false;
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(field.value);
    say("복사했어요. 병원에 문자로 보내 주세요.");
  } catch {
    field.select();
    say("복사하지 못했어요. 위의 주소를 길게 눌러 복사해 주세요.");
  }
});

send.hidden = !navigator.share;
send.addEventListener("click", async () => {
  try {
    await navigator.share({ title: "상담 요약", url: field.value });
  } catch (error) {
    if (error.name !== "AbortError") say("보내지 못했어요. [링크 복사]를 눌러 주세요.");
  }
});
