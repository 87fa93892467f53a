// Colours live in the style sheet, so that dark and light are said once.
const SIDES = ["left", "right", "center"];

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const names = [...SIDES, "grid", "shade", "path", "text", "quiet", "edge", "fine", "poor", "doubt", "image"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

// Whether the style sheet's dark half applies.
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

// Size a canvas for the screen's pixels; returns its 2D context in CSS pixels and its CSS size.
function prepareCanvas(canvas) {
  const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
