// Asks the service for JSON again and again; one question at a time.

const WITHIN_MS = 2500;

// The status of an answer to who may not ask.
export const SIGNED_OUT = 401;

// Rejects where no answer comes in time, and where one that is well is cut off.
export async function ask(path, withinMs = WITHIN_MS) {
  const signal = AbortSignal.timeout(withinMs);
  const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store", signal });
  const body = answer.ok ? await answer.json() : await answer.json().catch(() => null);
  return { ok: answer.ok, status: answer.status, body };
}

// Calls `take` with each answer, or with null where none came. Rests while the page is hidden.
export function poll(path, everyMs, take) {
  const again = async () => {
    try {
      if (!document.hidden) take(await ask(path).catch(() => null));
    } finally {
      setTimeout(again, everyMs);
    }
  };
  again();
}
