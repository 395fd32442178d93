// The sheet in a browser: one transport for all clips, and two cells against each other. Nothing is loaded from anywhere.
const films = [...document.querySelectorAll(".grid video")];
const bar = document.querySelector(".transport");
const at = bar?.querySelector("input"), out = bar?.querySelector("output"), play = bar?.querySelector(".play");
let now = 0, runs = false, before = 0, length = 0;
const fps = Number(document.body.dataset.fps) || 24;
const measure = () => { length = Math.max(0, ...films.map(film => film.duration || 0)); if (at) at.max = length; };
const cannot = document.querySelector(".cannot");
films.forEach(film => {
  film.muted = true; film.addEventListener("loadedmetadata", measure);
  film.addEventListener("error", () => { if (cannot) cannot.hidden = false; });
});
if (cannot && films.some(film => film.error)) cannot.hidden = false;
const shown = () => [...document.querySelectorAll("video")];
function seek(time) {
  now = Math.min(Math.max(time, 0), length);
  for (const film of shown()) film.currentTime = Math.min(now + 1e-4, Math.max((film.duration || 0) - 1e-3, 0));
  tell();
}
function tell() {
  if (!bar) return;
  at.value = now;
  out.textContent = `${String(Math.floor(now / 60)).padStart(2, "0")}:${(now % 60).toFixed(2).padStart(5, "0")}`;
  play.textContent = runs ? "❚❚" : "▶";
  play.setAttribute("aria-label", runs ? "Pause" : "Play");
}
function run(on) {
  runs = on && length > 0; before = performance.now();
  for (const film of shown()) {
    if (runs && now < film.duration) film.play().catch(() => {}); else film.pause();
  }
  if (runs) requestAnimationFrame(tick);
  tell();
}
function tick(time) {
  if (!runs) return;
  now += (time - before) / 1000; before = time;
  if (now >= length) { now = 0; seek(0); run(true); return; }
  for (const film of shown()) {
    // Clips of other rates are held together by time: one that strays by more than a frame is put right.
    if (now < film.duration && Math.abs(film.currentTime - now) > 1.5 / fps) film.currentTime = now;
  }
  tell();
  requestAnimationFrame(tick);
}
play?.addEventListener("click", () => run(!runs));
at?.addEventListener("input", () => { run(false); seek(Number(at.value)); });
bar?.querySelector(".back").addEventListener("click", () => { run(false); seek(now - 1 / fps); });
bar?.querySelector(".on").addEventListener("click", () => { run(false); seek(now + 1 / fps); });

const dialog = document.querySelector("dialog"), stage = dialog.querySelector(".stage");
const told = dialog.querySelector("span");
let first = null, zoom = 1, x = 0, y = 0, drag = null;
function copy(shot, side) {
  const one = shot.querySelector("img, video").cloneNode(true);
  one.className = side; one.removeAttribute("id"); one.muted = true;
  // Before its head is read a clip can't be put to the time of the others.
  one.addEventListener("loadedmetadata", () => { seek(now); if (runs) run(true); });
  return one;
}
function open(a, b) {
  stage.replaceChildren(copy(a, "a"));
  stage.className = b ? "stage" : "stage single";
  if (b) { const line = document.createElement("div"); line.className = "line"; stage.append(copy(b, "b"), line); }
  told.textContent = b ? `${a.dataset.name}  |  ${b.dataset.name}` : a.dataset.name;
  zoom = 1; x = y = 0; place();
  dialog.showModal(); seek(now); if (runs) run(true);
}
function place() {
  for (const one of stage.querySelectorAll("img, video")) one.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
}
for (const shot of document.querySelectorAll(".shot")) shot.addEventListener("click", event => {
  if (event.shiftKey && first && first !== shot) { open(first, shot); return; }
  if (event.shiftKey) { first?.classList.remove("chosen"); first = shot; shot.classList.add("chosen"); return; }
  open(shot, null);
});
stage.addEventListener("wheel", event => {
  event.preventDefault();
  const factor = event.deltaY < 0 ? 1.2 : 1 / 1.2, box = stage.getBoundingClientRect();
  const mx = event.clientX - box.left, my = event.clientY - box.top, next = Math.min(Math.max(zoom * factor, 1), 32);
  x = mx - (mx - x) * next / zoom; y = my - (my - y) * next / zoom; zoom = next;
  if (zoom === 1) x = y = 0;
  place();
}, { passive: false });
stage.addEventListener("pointerdown", event => { drag = [event.clientX - x, event.clientY - y]; });
addEventListener("pointerup", () => { drag = null; });
stage.addEventListener("pointermove", event => {
  if (drag && zoom > 1) { x = event.clientX - drag[0]; y = event.clientY - drag[1]; place(); return; }
  const box = stage.getBoundingClientRect();
  const part = (event.clientX - box.left - x) / zoom / box.width * 100;
  stage.querySelector(".b")?.style.setProperty("--split", `${part}%`);
  stage.querySelector(".line")?.style.setProperty("left", `${event.clientX - box.left}px`);
});
dialog.querySelector(".difference").addEventListener("click", () => stage.classList.toggle("difference"));
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => stage.replaceChildren());
addEventListener("keydown", event => {
  if (event.key === " " && bar && event.target.tagName !== "BUTTON") { event.preventDefault(); run(!runs); }
  if (event.key === "ArrowLeft") { run(false); seek(now - 1 / fps); }
  if (event.key === "ArrowRight") { run(false); seek(now + 1 / fps); }
});
measure(); tell();
