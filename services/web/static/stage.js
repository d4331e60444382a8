// What one can do with the picture: pause it, keep it, see it large.

const JPEG_QUALITY = 0.92;

const byId = (id) => document.getElementById(id);

function save(canvas, name) {
  canvas.toBlob((jpeg) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(jpeg), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }, "image/jpeg", JPEG_QUALITY);
}

// Wires the buttons to the feed; `changed` is called with whether it is paused. Returns what ends a pause.
export function wire(feed, camera, changed) {
  const stage = byId("stage");

  function toggle() {
    if (feed.paused) feed.resume();
    else feed.pause();
    byId("pause-word").textContent = feed.paused ? "Go on" : "Pause";
    stage.querySelector(".when-moving").hidden = feed.paused;
    stage.querySelector(".when-paused").hidden = !feed.paused;
    byId("paused").hidden = !feed.paused;
    byId("paused").textContent = `Paused at ${new Date().toLocaleTimeString()}`;
    changed(feed.paused);
  }

  // Of a paused picture, that very one.
  function keep(event) {
    if (!feed.paused) return;
    event.preventDefault();
    save(byId("still"), `${camera}-paused.jpg`);
  }

  function large() {
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen();
  }

  byId("pause").hidden = false;
  byId("pause").addEventListener("click", toggle);
  byId("snapshot").addEventListener("click", keep);
  byId("full").hidden = !document.fullscreenEnabled;
  byId("full").addEventListener("click", large);
  document.addEventListener("fullscreenchange", () => {
    byId("full-word").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
    // Of a page in full screen nothing is seen but the stage.
    if (document.fullscreenElement) stage.prepend(byId("trouble"));
    else byId("live").before(byId("trouble"));
  });
  return () => feed.paused && toggle();
}
