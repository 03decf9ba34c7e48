// Lengths and days as people say them.

export function clock(seconds) {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
}

export function day(moment) {
  return new Date(moment).toLocaleDateString("ko-KR", { month: "long", day: "numeric" });
}

export function dayAndTime(moment) {
  return new Date(moment).toLocaleString("ko-KR", { month: "long", day: "numeric", hour: "numeric", minute: "2-digit" });
}

export function daysUntil(moment) {
  return Math.max(0, Math.ceil((new Date(moment) - Date.now()) / (24 * 3600 * 1000)));
}
