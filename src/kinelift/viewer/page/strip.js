// The strip under the scrub bar: how far the projected joints lie from the keypoints, where nobody was seen, what is doubtful.
class QualityStrip {
  constructor(canvas, recording) {
    this.canvas = canvas;
    this.recording = recording;
  }

  // Errors that fill the strip: a scale that the worst moments of most clips fit, at least 1 % of the image's height.
  #fullScale(person) {
    const known = person.reprojection.filter((error) => !Number.isNaN(error)).sort();
    const high = known.length ? known[Math.floor(0.98 * (known.length - 1))] : 0;
    return Math.max(1.25 * high, 0.01 * this.recording.image_size[1]);
  }

  show(frame, selected, theme) {
    const { context, width, height } = prepareCanvas(this.canvas);
    const person = this.recording.people[selected];
    if (!person) return;
    const last = Math.max(this.recording.frames - 1, 1), step = width / last;
    this.#drawDoubts(context, person, step, height, theme);
    this.#drawGaps(context, person, step, width, height, theme);
    context.fillStyle = theme.edge;
    context.fillRect(0, height - 1, width, 1);
    if (person.reprojection) this.#drawErrors(context, person, step, height, theme);
    context.fillStyle = theme.text;
    context.fillRect(Math.min(frame * step, width - 1) - 0.5, 0, 1.5, height);
  }

  #drawErrors(context, person, step, height, theme) {
    const full = this.#fullScale(person), poor = 0.02 * this.recording.image_size[1];
    person.reprojection.forEach((error, i) => {
      if (Number.isNaN(error)) return;
      const tall = Math.min(error / full, 1) * (height - 2);
      context.fillStyle = error > poor ? theme.poor : theme.fine;
      context.fillRect((i - 0.5) * step, height - 1 - tall, Math.max(step - (step > 4 ? 1 : 0), 0.6), tall);
    });
  }

  #drawDoubts(context, person, step, height, theme) {
    context.save();
    context.globalAlpha = 0.28;
    context.fillStyle = theme.doubt;
    for (const span of person.doubtful)
      context.fillRect((span.start - 0.5) * step, 0, (span.stop - span.start) * step, height);
    context.restore();
  }

  #drawGaps(context, person, step, width, height, theme) {
    context.save();
    context.beginPath();
    person.observed.forEach((seen, i) => seen || context.rect((i - 0.5) * step, 0, step + 0.2, height));
    context.clip();
    context.globalAlpha = 0.45;
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    context.beginPath();
    for (let x = -height; x < width + height; x += 5) {
      context.moveTo(x, height);
      context.lineTo(x + height, 0);
    }
    context.stroke();
    context.restore();
  }
}
