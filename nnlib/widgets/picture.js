// A picture that can be read aloud, pointed at and steered with the arrow keys.
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Enter", " "];

function render({ model, el }) {
  const picture = document.createElement("img");
  picture.className = "nnlib-picture";
  picture.tabIndex = 0;
  picture.draggable = false;
  picture.style.maxWidth = "100%";
  picture.style.touchAction = model.get("pointing") ? "none" : "auto";
  el.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the arrow keys for itself
  const words = document.createElement("span"); // read aloud when it changes
  words.setAttribute("aria-live", "polite");
  words.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";

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

  function place(event) {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  let held = false;
  let waiting = null; // at most one move a frame, the newest
  function point(kind, event) {
    const [x, y] = place(event);
    model.send({ kind, x, y });
  }
  picture.addEventListener("pointerdown", (event) => {
    if (!model.get("pointing") || event.button !== 0) return;
    held = true;
    picture.setPointerCapture(event.pointerId);
    point("down", event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (waiting === null) {
      requestAnimationFrame(() => {
        if (waiting) point("move", waiting);
        waiting = null;
      });
    }
    waiting = event;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, (event) => {
      if (held) point("up", event);
      held = false;
    });
  }
  picture.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    model.send({ kind: "key", key: event.key, shift: event.shiftKey });
  });

  model.on("change:png", draw);
  model.on("change:alt", describe);
  draw();
  describe();
  el.append(picture, words);
  const named = nameControls(el);
  return () => {
    named();
    if (url) URL.revokeObjectURL(url);
  };
}

// ipywidgets shows a slider's description without telling a screen reader whose it is.
function nameControls(el) {
  const name = () => {
    const box = el.closest(".nnlib-widget");
    for (const control of box?.querySelectorAll(".widget-slider") ?? []) {
      const label = control.querySelector(".widget-label")?.textContent;
      const handle = control.querySelector(".noUi-handle");
      if (label && handle) handle.setAttribute("aria-label", label);
    }
  };
  const watcher = new MutationObserver(name);
  const start = setTimeout(() => {
    const box = el.closest(".nnlib-widget");
    if (box) watcher.observe(box, { childList: true, subtree: true });
    name();
  }, 0);
  return () => {
    clearTimeout(start);
    watcher.disconnect();
  };
}

export default { render };
