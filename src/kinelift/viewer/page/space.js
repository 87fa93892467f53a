// The 3D view: bodies on a floor, light, and a camera that orbits the person and follows them.
class Space {
  constructor(canvas, recording) {
    this.canvas = canvas;
    this.recording = recording;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = THREE.PCFShadowMap;
    this.scene = new THREE.Scene();
    this.floor = new Floor(this.scene);
    this.bodies = recording.people.map((person) => new Body(this.scene, person));
    this.#light();
    this.camera = new THREE.PerspectiveCamera(32, 1, 0.05, 200);
    this.controls = new THREE.OrbitControls(this.camera, canvas);
    Object.assign(this.controls, { enableDamping: true, dampingFactor: 0.12, minDistance: 0.5, maxDistance: 40, maxPolarAngle: 1.6 });
    this.middles = this.bodies.map((body) => middlesOf(body.person, recording.fps));
    this.select(0);
  }

  #light() {
    this.scene.add(new THREE.HemisphereLight(0xffffff, 0x8a8f98, 1.9));
    this.sun = new THREE.DirectionalLight(0xffffff, 2.2);
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(2048, 2048);
    this.sun.shadow.radius = 3;
    Object.assign(this.sun.shadow.camera, { left: -3, right: 3, top: 3, bottom: -3, near: 0.5, far: 14 });
    this.scene.add(this.sun, this.sun.target);
  }

  paint(theme) {
    this.floor.paint(theme);
    for (const body of this.bodies) body.paint(theme);
  }

  select(index) {
    this.selected = index;
    this.middle = null;
  }

  // Look from a direction at the person where they are, or at their whole path.
  look(view, frame, follow) {
    const body = this.bodies[this.selected];
    if (!body) return this.camera.position.set(2, 1.5, 4);
    const { low, high } = extentOf(body.person, follow ? frame : null);
    const target = new THREE.Vector3().addVectors(low, high).multiplyScalar(0.5);
    if (follow) target.y = this.middles[this.selected][frame * 3 + 1];
    const size = follow ? new THREE.Vector3(1.3, 2.25, 1.3) : new THREE.Vector3().subVectors(high, low).addScalar(0.5);
    const half = Math.tan((this.camera.fov / 2) * (Math.PI / 180));
    const across = Math.hypot(size.x, size.z) / Math.min(this.camera.aspect, 1.6);
    const distance = (0.5 * Math.max(size.y, across)) / half + 0.4 * Math.hypot(size.x, size.z);
    const direction = this.#direction(view, target);
    this.controls.target.copy(target);
    this.camera.position.copy(target).addScaledVector(direction, distance);
    this.controls.update();
    this.middle = null;
  }

  #direction(view, target) {
    const back = new THREE.Vector3().fromArray(this.recording.camera_position).sub(target).setY(0).normalize();
    if (back.lengthSq() < 0.5) back.set(0, 0, 1);
    const side = new THREE.Vector3().crossVectors(UP, back);
    switch (view) {
      case "camera": return new THREE.Vector3().fromArray(this.recording.camera_position).sub(target).normalize();
      case "side": return side.setY(0.08).normalize();
      case "top": return new THREE.Vector3(0, 1, 0.002).normalize();
      default: return back.addScaledVector(side, 0.62).setY(0.3).normalize();
    }
  }

  show(frame, follow) {
    this.bodies.forEach((body, i) => body.show(frame, i === this.selected));
    if (!this.bodies.length) return;
    const middle = this.middles[this.selected];
    const [x, y, z] = middle.slice(frame * 3, frame * 3 + 3);
    if (follow && this.middle) {
      const step = new THREE.Vector3(x, y, z).sub(this.middle);
      this.camera.position.add(step);
      this.controls.target.add(step);
    }
    this.middle = new THREE.Vector3(x, y, z);
    this.floor.centerOn(x, z);
    this.sun.target.position.set(x, 0.8, z);
    this.sun.position.set(x + 1.6, 5.8, z + 2.0);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio || 1, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / Math.max(height, 1);
    this.camera.updateProjectionMatrix();
  }

  render() {
    this.renderer.render(this.scene, this.camera);
  }

  // Where the selected person's joints are in the canvas: CSS pixels from its top left.
  jointsOnScreen(frame) {
    const body = this.bodies[this.selected], point = new THREE.Vector3();
    this.camera.updateMatrixWorld();
    return body.person.skeleton.names.map((_, joint) => {
      body.joint(frame, joint, point).project(this.camera);
      return [((point.x + 1) / 2) * this.canvas.clientWidth, ((1 - point.y) / 2) * this.canvas.clientHeight];
    });
  }
}

// Where the person is, smoothed over half a second so that following is calm: (frame, 3).
function middlesOf(person, fps) {
  const width = person.skeleton.names.length * 3, frames = person.observed.length;
  const places = new Float32Array(frames * 3);
  for (let frame = 0; frame < frames; frame++)
    places.set(person.joints.subarray(frame * width, frame * width + 3), frame * 3);
  return smoothed(places, 3, Math.round(fps / 4));
}

// The box around a person at one frame, or at every frame where they were seen.
function extentOf(person, only) {
  const count = person.skeleton.names.length, point = new THREE.Vector3();
  const low = new THREE.Vector3().setScalar(Infinity), high = new THREE.Vector3().setScalar(-Infinity);
  const anySeen = person.observed.includes(1);
  for (let frame = only ?? 0; frame < (only === null ? person.observed.length : only + 1); frame++) {
    if (only === null && anySeen && !person.observed[frame]) continue;
    for (let joint = 0; joint < count; joint++) {
      point.fromArray(person.joints, (frame * count + joint) * 3);
      low.min(point);
      high.max(point);
    }
  }
  return { low, high };
}
