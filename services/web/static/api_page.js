// The page of the API: opens the record that a link names, and copies commands.

const COPIED_MS = 1500;

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

async function copy(button) {
  const command = button.parentElement.querySelector("code").textContent;
  const words = button.firstChild;
  try {
    await navigator.clipboard.writeText(command);
    words.data = "Copied";
  } catch {
    words.data = "Not allowed";
  }
  document.getElementById("announcement").textContent = words.data;
  setTimeout(() => (words.data = "Copy"), COPIED_MS);
}

// Browsers give the clipboard to pages of this machine and over HTTPS only.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
window.addEventListener("hashchange", openNamed);
openNamed();
