// The recording as it came from Python: numbers packed as base64, little-endian.
const MISSING = -32768; // of a packed coordinate: nothing was seen

function unpack(text, ArrayType) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new ArrayType(bytes.buffer);
}

function unpackCoordinates(text, scale) {
  return Float32Array.from(unpack(text, Int16Array), (v) => (v === MISSING ? NaN : v * scale));
}

function readRecording() {
  const recording = JSON.parse(document.getElementById("recording").textContent);
  recording.times = unpack(recording.times, Float32Array);
  for (const person of recording.people) readPerson(person, recording.frames);
  return recording;
}

function readPerson(person, frames) {
  person.observed = unpack(person.observed, Uint8Array);
  person.joints = joinRootAndOffsets(person, frames);
  person.reprojection = person.reprojection && unpack(person.reprojection, Float32Array);
  const doubt = person.expected_error;
  person.expectedError = doubt && unpackCoordinates(doubt.metres, doubt.scale);
  if (!person.keypoints) return;
  person.keypoints.points = unpackCoordinates(person.keypoints.points, person.keypoints.scale);
  person.keypoints.scores = unpack(person.keypoints.scores, Uint8Array);
}

// Joints, metres in the world: (frame, joint, 3) in one flat array.
function joinRootAndOffsets(person, frames) {
  const root = unpack(person.root, Float32Array);
  const offsets = unpack(person.offsets, Int16Array);
  const perFrame = person.skeleton.names.length * 3;
  const joints = new Float32Array(offsets.length);
  for (let frame = 0; frame < frames; frame++)
    for (let i = 0; i < perFrame; i++)
      joints[frame * perFrame + i] = root[frame * 3 + (i % 3)] + offsets[frame * perFrame + i] * person.scale;
  return joints;
}

// The mean over the joints of how far each is expected to be off, metres; NaN where that is not known.
function expectedErrorAt(person, frame) {
  const count = person.skeleton.names.length;
  const errors = person.expectedError?.subarray(frame * count, (frame + 1) * count) ?? [NaN];
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

// (parent, child) of each bone.
function bonesOf(skeleton) {
  return skeleton.parents.flatMap((parent, joint) => (parent >= 0 ? [[parent, joint]] : []));
}

// Mean of values (frame, width) over `reach` frames on either side; NaN is left out, and NaN where nothing is left.
function smoothed(values, width, reach) {
  const frames = values.length / width;
  const result = new Float32Array(values.length);
  for (let i = 0; i < width; i++) {
    const sums = new Float64Array(frames + 1), counts = new Float64Array(frames + 1);
    for (let frame = 0; frame < frames; frame++) {
      const value = values[frame * width + i], known = !Number.isNaN(value);
      sums[frame + 1] = sums[frame] + (known ? value : 0);
      counts[frame + 1] = counts[frame] + (known ? 1 : 0);
    }
    for (let frame = 0; frame < frames; frame++) {
      const first = Math.max(0, frame - reach), last = Math.min(frames, frame + reach + 1);
      result[frame * width + i] = (sums[last] - sums[first]) / (counts[last] - counts[first]);
    }
  }
  return result;
}
