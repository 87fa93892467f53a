// The keypoints in the image: all of it, and a close-up that keeps the selected person in the middle.
class ImagePanel {
  constructor(recording) {
    this.recording = recording;
    this.whole = document.getElementById("whole");
    this.closeup = document.getElementById("closeup");
    const [width, height] = recording.image_size;
    this.whole.style.aspectRatio = `${width} / ${height}`;
    document.getElementById("whole-caption").textContent = `keypoints in the image, ${width} × ${height} px`;
    this.windows = recording.people.map((person) => closeupWindow(person, recording.fps));
  }

  show(frame, selected, theme) {
    const window = this.windows[selected] && this.#windowAt(frame, selected);
    this.#drawWhole(frame, selected, theme, window);
    this.#drawCloseup(frame, selected, theme, window);
  }

  #windowAt(frame, selected) {
    const { centers, width, height } = this.windows[selected];
    return { x: centers[frame * 2], y: centers[frame * 2 + 1], width, height };
  }

  #drawWhole(frame, selected, theme, window) {
    const [imageWidth, imageHeight] = this.recording.image_size;
    const { context, width, height } = prepareCanvas(this.whole);
    const scale = Math.min(width / imageWidth, height / imageHeight);
    context.translate((width - imageWidth * scale) / 2, (height - imageHeight * scale) / 2);
    context.scale(scale, scale);
    context.lineWidth = 1 / scale;
    context.strokeStyle = theme.quiet;
    context.globalAlpha = 0.7;
    context.strokeRect(0.5 / scale, 0.5 / scale, imageWidth - 1 / scale, imageHeight - 1 / scale);
    if (window && seenAt(this.recording.people[selected], frame)) {
      context.globalAlpha = 0.5;
      context.setLineDash([4 / scale, 4 / scale]);
      context.strokeRect(window.x - window.width / 2, window.y - window.height / 2, window.width, window.height);
      context.setLineDash([]);
    }
    this.#drawPeople(context, frame, selected, theme, 1 / scale, 1.6);
  }

  #drawCloseup(frame, selected, theme, window) {
    const { context, width, height } = prepareCanvas(this.closeup);
    const person = this.recording.people[selected], caption = document.getElementById("closeup-caption");
    caption.textContent = person && seenAt(person, frame) ? "close-up" : "close-up: nothing seen in this frame";
    if (!window) return;
    const scale = Math.min(width / window.width, height / window.height);
    context.translate(width / 2 - window.x * scale, height / 2 - window.y * scale);
    context.scale(scale, scale);
    context.lineWidth = 1 / scale;
    context.strokeStyle = theme.quiet;
    context.globalAlpha = 0.7;
    context.strokeRect(0, 0, ...this.recording.image_size);
    this.#drawPeople(context, frame, selected, theme, 1 / scale, 3);
  }

  #drawPeople(context, frame, selected, theme, pixel, weight) {
    this.recording.people.forEach((person, i) => {
      if (person.keypoints) drawKeypoints(context, person.keypoints, frame, theme, pixel, weight, i === selected ? 1 : 0.35);
    });
    context.globalAlpha = 1;
  }
}

function drawKeypoints(context, keypoints, frame, theme, pixel, weight, strength) {
  const { points, scores, skeleton } = keypoints, count = skeleton.names.length;
  const at = (joint) => [points[(frame * count + joint) * 2], points[(frame * count + joint) * 2 + 1]];
  const score = (joint) => scores[frame * count + joint] / 255;
  context.lineCap = "round";
  context.lineWidth = weight * pixel;
  for (const [parent, child] of bonesOf(skeleton)) {
    const certain = Math.min(score(parent), score(child));
    if (!certain) continue;
    context.globalAlpha = strength * (0.2 + 0.7 * certain);
    context.strokeStyle = theme[skeleton.sides[parent] === skeleton.sides[child] ? skeleton.sides[child] : "center"];
    context.beginPath();
    context.moveTo(...at(parent));
    context.lineTo(...at(child));
    context.stroke();
  }
  for (let joint = 0; joint < count; joint++) {
    if (!score(joint)) continue;
    context.globalAlpha = strength * (0.3 + 0.7 * score(joint));
    context.fillStyle = theme[skeleton.sides[joint]];
    context.beginPath();
    context.arc(...at(joint), 1.15 * weight * pixel, 0, 2 * Math.PI);
    context.fill();
  }
}

function seenAt(person, frame) {
  const count = person.keypoints ? person.keypoints.skeleton.names.length : 0;
  return person.keypoints && person.keypoints.scores.subarray(frame * count, (frame + 1) * count).some((score) => score > 0);
}

// A box that holds the person in nine frames of ten, and its centre frame by frame.
function closeupWindow(person, fps) {
  if (!person.keypoints) return null;
  const frames = person.observed.length, count = person.keypoints.skeleton.names.length;
  const centers = new Float32Array(frames * 2).fill(NaN), widths = [], heights = [];
  for (let frame = 0; frame < frames; frame++) {
    let left = Infinity, right = -Infinity, top = Infinity, bottom = -Infinity;
    for (let i = frame * count; i < (frame + 1) * count; i++) {
      const x = person.keypoints.points[2 * i], y = person.keypoints.points[2 * i + 1];
      if (Number.isNaN(x)) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    if (left > right) continue;
    centers.set([(left + right) / 2, (top + bottom) / 2], frame * 2);
    widths.push(right - left);
    heights.push(bottom - top);
  }
  if (!heights.length) return null;
  const width = 1.3 * mostly(widths), height = 1.25 * mostly(heights);
  const calm = heldOver(smoothed(centers, 2, Math.round(fps / 4)), 2);
  return { centers: calm, width: Math.max(width, 0.6 * height, 1), height: Math.max(height, 0.6 * width, 1) };
}

// What nine of ten values do not exceed.
function mostly(values) {
  return values.sort((a, b) => a - b)[Math.floor(0.9 * (values.length - 1))];
}

// Values (frame, width) with gaps filled by the last known row, and a gap at the start by the first.
function heldOver(values, width) {
  const frames = values.length / width;
  const copy = (to, from) => values.copyWithin(to * width, from * width, (from + 1) * width);
  const unknown = (frame) => Number.isNaN(values[frame * width]);
  for (let frame = 1; frame < frames; frame++) if (unknown(frame)) copy(frame, frame - 1);
  for (let frame = frames - 2; frame >= 0; frame--) if (unknown(frame)) copy(frame, frame + 1);
  return values;
}
