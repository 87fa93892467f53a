// Which frame it is: plays on the clock of the page, at the recording's rate times the speed, round and round.
class Player {
  constructor(frames, fps, onChange) {
    Object.assign(this, { frames, fps, onChange, frame: 0, playing: false, speed: 1, position: 0, last: null });
  }

  seek(frame) {
    this.position = this.frame = Math.min(Math.max(Math.round(frame) || 0, 0), Math.max(this.frames - 1, 0));
    this.onChange();
  }

  step(by) {
    this.pause();
    this.seek(this.frame + by);
  }

  play() {
    this.playing = true;
    this.last = null;
    this.onChange();
  }

  pause() {
    this.playing = false;
    this.onChange();
  }

  toggle() {
    this.playing ? this.pause() : this.play();
  }

  // Advance to the time `now`, milliseconds; a page that was hidden or slow does not leap.
  tick(now) {
    if (!this.playing || this.frames < 2) return;
    const seconds = this.last === null ? 0 : Math.min((now - this.last) / 1000, 0.5);
    this.last = now;
    this.position = (this.position + seconds * this.fps * this.speed) % this.frames;
    const frame = Math.floor(this.position);
    if (frame === this.frame) return;
    this.frame = frame;
    this.onChange();
  }
}
