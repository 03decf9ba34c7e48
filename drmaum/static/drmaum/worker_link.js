// How a page speaks to the service worker. Resolves when it has done what it was told, or where
// there is none.

const PATIENCE = 1500;

export const account = document.querySelector("meta[name=account]")?.content;

export async function tell(message) {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration("/");
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  if (!worker) return;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => (port1.onmessage = resolve));
  worker.postMessage(message, [port2]);
  await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}
