// Asks the service for JSON again and again; one question at a time.

export async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
  const body = await answer.json().catch(() => null);
  return { ok: answer.ok, status: answer.status, body };
}

// Calls `take` with each answer, or with null where none came. Rests while the page is hidden.
export function poll(path, everyMs, take) {
  const again = async () => {
    if (!document.hidden) {
      take(await ask(path).catch(() => null));
    }
    setTimeout(again, everyMs);
  };
  again();
}
