// The REST side: JSON in and out, the one error shape turned into an Error with a Korean message.

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.split("=")[1]) : "";
}

export async function api(method, path, body) {
  // Over HTTPS the cookie is kept to this host alone, and its name says so.
  const token = cookie("__Host-csrftoken") || cookie("csrftoken");
  const options = { method, headers: { "X-CSRFToken": token }, credentials: "same-origin" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw Object.assign(new Error("연결이 끊겼어요. 다시 연결되면 보낼게요."), { isOffline: true });
  }
  if (response.status === 204) return null;
  const content = await response.json().catch(() => ({}));
  if (response.ok) return content;
  const message = content.message ?? "문제가 생겼어요. 잠시 뒤에 다시 시도해 주세요.";
  throw Object.assign(new Error(message), { status: response.status, code: content.code });
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
