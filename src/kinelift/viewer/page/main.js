// Puts the parts together: controls in, pictures out.
const element = (id) => document.getElementById(id);
const recording = readRecording();
const hasImage = Boolean(recording.image_size) && recording.people.some((person) => person.keypoints);
const image = hasImage ? new ImagePanel(recording) : null;
const strip = new QualityStrip(element("strip"), recording);
const player = new Player(recording.frames, recording.fps, () => { stale = true; });
const space = makeSpace();
let theme = readTheme(), selected = 0, stale = true;

function makeSpace() {
  try {
    return new Space(element("scene"), recording);
  } catch (error) {
    tell("3D needs WebGL, which this browser does not offer.");
    return null;
  }
}

function tell(text) {
  element("trouble").textContent = text;
  element("trouble").hidden = false;
}

function draw() {
  stale = false;
  const { frame } = player;
  space?.show(frame, element("follow").checked);
  space?.render();
  image?.show(frame, selected, theme);
  strip.show(frame, selected, theme);
  element("scrub").value = frame;
  element("time").textContent = clock(recording.times[frame] ?? 0);
  element("frame").textContent = `frame ${frame} of ${recording.frames - 1}`;
  showQuality(recording.people[selected], frame);
  document.body.classList.toggle("playing", player.playing);
  element("play").setAttribute("aria-label", player.playing ? "Pause" : "Play");
}

function showQuality(person, frame) {
  const seen = Boolean(person?.observed[frame]), error = person?.reprojection?.[frame];
  const doubt = seen && person?.doubtful.find((span) => span.start <= frame && frame < span.stop);
  element("unobserved").hidden = !person || (seen && !doubt);
  element("unobserved").textContent = doubt ? `doubtful here: ${doubt.because.join(" and ")}` : "not seen here: infilled";
  const shown = person?.reprojection ? ["reprojection error ", bold(Number.isFinite(error) ? `${error.toFixed(1)} px` : "not seen")] : [];
  const expected = person ? expectedErrorAt(person, frame) : NaN;
  if (Number.isFinite(expected)) shown.push(" \u00b7 expected error ", bold(`${(100 * expected).toFixed(1)} cm`));
  element("error").replaceChildren(...shown);
}

function bold(text) {
  const value = document.createElement("b");
  value.textContent = text;
  return value;
}

function clock(seconds) {
  const whole = Math.floor(seconds / 60), rest = (seconds - 60 * whole).toFixed(2);
  return `${whole}:${rest.padStart(5, "0")}`;
}

function select(index) {
  selected = index;
  space?.select(index);
  [...element("people").children].forEach((button, i) => button.setAttribute("aria-pressed", i === index));
  if (element("follow").checked) look("oblique");
  stale = true;
}

function look(view) {
  space?.look(view, player.frame, element("follow").checked);
  for (const button of element("views").children) button.setAttribute("aria-pressed", button.dataset.view === view);
  stale = true;
}

function resize() {
  space?.resize();
  stale = true;
}

function listPeople() {
  if (recording.people.length < 2) return;
  recording.people.forEach((person, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Person ${person.id}`;
    button.addEventListener("click", () => select(index));
    element("people").append(button);
  });
}

function describe() {
  const rate = `${Number(recording.fps.toFixed(3))} fps`;
  element("facts").textContent = [rate, ...recording.facts].join(" \u00b7 ");
  element("image").hidden = !hasImage;
  document.querySelector("#legend .doubt").hidden = !recording.people.some((person) => person.expectedError);
  element("scrub").max = Math.max(recording.frames - 1, 0);
  if (!recording.people.length) tell("Nobody was found in this recording.");
}

const KEYS = {
  " ": () => player.toggle(),
  ArrowLeft: (event) => player.step(event.shiftKey ? -10 : -1),
  ArrowRight: (event) => player.step(event.shiftKey ? 10 : 1),
  Home: () => player.step(-Infinity),
  End: () => player.step(Infinity),
  f: () => element("follow").click(),
  r: () => look("oblique"),
};

function onKey(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const typed = event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey;
  if (typed || !Object.hasOwn(KEYS, key)) return;
  if (key === " " && event.target instanceof HTMLButtonElement) event.target.blur();
  event.preventDefault();
  KEYS[key](event);
}

function scrubOnStrip(event) {
  if (event.buttons !== 1) return;
  const box = element("strip").getBoundingClientRect();
  player.seek(((event.clientX - box.left) / box.width) * (recording.frames - 1));
}

function connect() {
  element("scrub").addEventListener("input", (event) => player.seek(Number(event.target.value)));
  element("strip").addEventListener("pointerdown", scrubOnStrip);
  element("strip").addEventListener("pointermove", scrubOnStrip);
  element("play").addEventListener("click", () => player.toggle());
  element("back").addEventListener("click", () => player.step(-1));
  element("forward").addEventListener("click", () => player.step(1));
  element("speed").addEventListener("change", (event) => { player.speed = Number(event.target.value); });
  element("follow").addEventListener("change", () => { stale = true; });
  for (const button of element("views").children) button.addEventListener("click", () => look(button.dataset.view));
  space?.controls.addEventListener("change", () => { stale = true; });
  space?.controls.addEventListener("start", () => {
    for (const button of element("views").children) button.setAttribute("aria-pressed", false);
  });
  window.addEventListener("keydown", onKey);
  window.addEventListener("resize", resize);
  prefersDark.addEventListener("change", repaint);
}

function repaint() {
  theme = readTheme();
  space?.paint(theme);
  stale = true;
}

function everyScreenFrame(now) {
  player.tick(now);
  space?.controls.update();
  if (stale) draw();
  requestAnimationFrame(everyScreenFrame);
}

// What tests and scripts hold on to.
window.kinelift = {
  get frame() { return player.frame; },
  get frames() { return recording.frames; },
  get playing() { return player.playing; },
  get person() { return selected; },
  play: () => player.play(),
  pause: () => player.pause(),
  select,
  look,
  seek(frame) { player.seek(frame); draw(); },
  render: draw,
  jointsOnScreen: () => space.jointsOnScreen(player.frame),
};

describe();
listPeople();
connect();
resize();
repaint();
select(0);
look("oblique");
draw();
requestAnimationFrame(everyScreenFrame);
