// A picture that can be read aloud, pointed at and steered with the arrow keys, and the words under
// it. See picture.py.
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter", " "];
const PATIENCE = 300; // milliseconds until a move is sent although none was answered

function render({ model, el }) {
  const picture = document.createElement("img");
  picture.className = "nnlib-picture";
  picture.tabIndex = 0;
  picture.draggable = false;
  picture.style.cssText = "display:block;max-width:100%;height:auto";
  picture.style.touchAction = model.get("pointing") ? "none" : "auto";
  picture.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the keys for itself
  const words = document.createElement("p");
  words.className = "nnlib-words";
  words.style.cssText = "margin:0.3em 0;max-width:60em;min-height:3em;line-height:1.5";
  words.setAttribute("aria-live", "polite"); // read aloud when it changes
  el.append(picture, words);

  let url = null;
  function draw() {
    const old = url;
    url = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    picture.src = url;
    if (old) URL.revokeObjectURL(old);
  }
  function describe() {
    picture.alt = words.textContent = model.get("alt");
  }
  function size() {
    picture.style.width = `${model.get("width")}px`;
  }
  const shown = { "change:png": draw, "change:alt": describe, "change:width": size };
  for (const [change, show] of Object.entries(shown)) {
    model.on(change, show);
    show();
  }

  const stopPointing = listenToPointer(picture, model);
  picture.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ kind: "key", key: event.key, shift: event.shiftKey });
  });
  const stopNaming = nameSliders(el);
  return () => {
    stopNaming();
    stopPointing();
    for (const [change, show] of Object.entries(shown)) model.off(change, show);
    URL.revokeObjectURL(url);
  };
}

// Tell Python where the picture is pressed, dragged and released. A move waits until the one before
// it is answered by a new picture: a slow kernel gets fewer moves, not a queue of old ones.
function listenToPointer(picture, model) {
  let held = false;
  let asked = null; // a timer, while a move waits for its answer
  let newest = null; // the move to be sent next

  function send(kind, event) {
    const box = picture.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    model.send({ kind, x, y });
  }
  function sendMove() {
    clearTimeout(asked);
    asked = null;
    if (!newest) return;
    send("move", newest);
    newest = null;
    asked = setTimeout(sendMove, PATIENCE);
  }
  function finish(event) {
    if (!held) return;
    held = false;
    newest = null;
    send("up", event);
  }
  picture.addEventListener("pointerdown", (event) => {
    if (!model.get("pointing") || event.button !== 0) return;
    held = true;
    picture.setPointerCapture(event.pointerId);
    send("down", event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    newest = event;
    if (asked === null) sendMove();
  });
  picture.addEventListener("pointerup", finish);
  picture.addEventListener("pointercancel", finish);
  model.on("change:png", sendMove);
  return () => {
    clearTimeout(asked);
    model.off("change:png", sendMove);
  };
}

// ipywidgets shows a slider's name without telling a screen reader whose it is. So the picture, which
// stands in the same box, gives each slider beside it the name that its label shows.
function nameSliders(el) {
  function name() {
    for (const slider of el.closest(".nnlib-widget")?.querySelectorAll(".widget-slider") ?? []) {
      const label = slider.querySelector(".widget-label")?.textContent;
      for (const part of slider.querySelectorAll(".noUi-handle, .widget-readout")) {
        if (label && part.ariaLabel !== label) part.ariaLabel = label;
      }
    }
  }
  const watcher = new MutationObserver(name);
  const start = setTimeout(() => {
    const box = el.closest(".nnlib-widget");
    if (box) watcher.observe(box, { childList: true, subtree: true });
    name();
  });
  return () => {
    clearTimeout(start);
    watcher.disconnect();
  };
}

export default { render };
