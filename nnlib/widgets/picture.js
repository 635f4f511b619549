// A picture that can be read aloud, pointed at and steered with the arrow keys, and the words under
// it. See picture.py.
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter", " "];
const PATIENCE = 300; // milliseconds until a move is sent although none was answered
const QUIET = 1000; // milliseconds without a change until the words are read aloud
const UNSEEN = "position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)";

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
  el.append(picture, words);
  const stopAnnouncing = announce(el, model);

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
    stopAnnouncing();
    for (const [change, show] of Object.entries(shown)) model.off(change, show);
    URL.revokeObjectURL(url);
  };
}

// Have the words read aloud when they have changed and then stayed the same for a while: a widget
// that plays, or that is drawn on, would talk without an end if each of its pictures were told.
function announce(el, model) {
  const told = document.createElement("p");
  told.className = "nnlib-told";
  told.style.cssText = UNSEEN;
  told.setAttribute("aria-live", "polite");
  el.style.position = "relative";
  el.append(told);
  let settled = null; // a timer
  function wait() {
    clearTimeout(settled);
    settled = setTimeout(() => (told.textContent = model.get("alt")), QUIET);
  }
  model.on("change:alt", wait);
  return () => {
    clearTimeout(settled);
    model.off("change:alt", wait);
  };
}

// Tell Python where the picture is pressed, dragged and released. A message waits until the one
// before it is answered by a new picture, and brings all places that were passed in the meantime: a
// slow kernel gets fewer messages, not a queue of old ones, and a stroke has no gaps.
function listenToPointer(picture, model) {
  let held = null; // which mouse, pen or finger; others don't count meanwhile
  let asked = null; // a timer, while a move waits for its answer
  let passed = []; // places to be sent next

  function place(event) {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  function send(kind) {
    const [x, y] = passed.pop();
    model.send({ kind, x, y, passed });
    passed = [[x, y]];
  }
  function sendMove() {
    clearTimeout(asked);
    asked = null;
    if (held === null || passed.length < 2) return; // the first one was sent before
    passed.shift();
    send("move");
    asked = setTimeout(sendMove, PATIENCE);
  }
  function finish(event) {
    if (event.pointerId !== held) return;
    held = null;
    if (event.type === "pointerup") passed.push(place(event)); // where it is cancelled says nothing
    if (passed.length > 1) passed.shift();
    send("up");
  }
  picture.addEventListener("pointerdown", (event) => {
    if (!model.get("pointing") || event.button !== 0 || held !== null) return;
    held = event.pointerId;
    picture.setPointerCapture(held);
    passed = [place(event)];
    send("down");
  });
  picture.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return;
    const events = event.getCoalescedEvents?.() ?? [];
    passed.push(...(events.length ? events : [event]).map(place));
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
