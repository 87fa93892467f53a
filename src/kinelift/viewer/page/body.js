// One person in 3D: a tapered solid for each bone, a ball for each joint, and the root's path on the floor.
const BONE_PROFILE = [[0, 0], [0.62, 0.03], [1, 0.13], [0.86, 0.35], [0.55, 0.8], [0.4, 0.97], [0, 1]];
const SURE = 0.05, DOUBTFUL = 0.2; // metres of expected error between which a joint turns to the warning colour
const UP = new THREE.Vector3(0, 1, 0);

class Body {
  constructor(scene, person) {
    this.person = person;
    this.bones = bonesOf(person.skeleton);
    const profile = BONE_PROFILE.map(([x, y]) => new THREE.Vector2(x, y));
    this.boneMesh = this.#instances(new THREE.LatheGeometry(profile, 14), this.bones.length);
    this.jointMesh = this.#instances(new THREE.SphereGeometry(1, 16, 12), person.skeleton.names.length);
    this.path = new THREE.Line(this.#pathOnFloor(), new THREE.LineBasicMaterial({ transparent: true, opacity: 0.55 }));
    scene.add(this.boneMesh, this.jointMesh, this.path);
  }

  #instances(geometry, count) {
    const material = new THREE.MeshStandardMaterial({ roughness: 0.62, transparent: true });
    const mesh = new THREE.InstancedMesh(geometry, material, count);
    mesh.castShadow = true;
    mesh.frustumCulled = false;
    return mesh;
  }

  #pathOnFloor() {
    const frames = this.person.observed.length, width = this.person.skeleton.names.length * 3;
    const points = new Float32Array(frames * 3);
    for (let frame = 0; frame < frames; frame++)
      points.set([this.person.joints[frame * width], 0.004, this.person.joints[frame * width + 2]], frame * 3);
    return new THREE.BufferGeometry().setAttribute("position", new THREE.BufferAttribute(points, 3));
  }

  joint(frame, index, into) {
    return into.fromArray(this.person.joints, (frame * this.person.skeleton.names.length + index) * 3);
  }

  paint(theme) {
    const color = new THREE.Color(), sides = this.person.skeleton.sides;
    this.bones.forEach(([, child], i) => this.boneMesh.setColorAt(i, color.set(theme[sides[child]])));
    this.boneMesh.instanceColor.needsUpdate = true;
    this.path.material.color.set(theme.path);
    this.jointColors = sides.map((side) => new THREE.Color(theme[side]));
    this.doubtColor = new THREE.Color(theme.doubt);
    this.#tint(0);
  }

  // Joints in their side's colour, and the nearer to the warning colour the farther they may be off.
  #tint(frame) {
    const color = new THREE.Color(), count = this.jointColors.length;
    this.jointColors.forEach((own, i) => {
      const error = this.person.expectedError?.[frame * count + i] || 0; // nor where it is NaN
      const share = Math.min(Math.max((error - SURE) / (DOUBTFUL - SURE), 0), 1);
      this.jointMesh.setColorAt(i, color.copy(own).lerp(this.doubtColor, share));
    });
    this.jointMesh.instanceColor.needsUpdate = true;
  }

  show(frame, selected) {
    this.#place(frame);
    if (this.person.expectedError) this.#tint(frame);
    const opacity = (this.person.observed[frame] ? 1 : 0.3) * (selected ? 1 : 0.4);
    for (const mesh of [this.boneMesh, this.jointMesh]) {
      mesh.material.opacity = opacity;
      mesh.instanceMatrix.needsUpdate = true;
    }
    this.path.visible = selected;
  }

  #place(frame) {
    const from = new THREE.Vector3(), to = new THREE.Vector3(), along = new THREE.Vector3();
    const matrix = new THREE.Matrix4(), turn = new THREE.Quaternion(), scale = new THREE.Vector3();
    this.bones.forEach(([parent, child], i) => {
      this.joint(frame, parent, from);
      this.joint(frame, child, to);
      const length = Math.max(along.subVectors(to, from).length(), 1e-6);
      const radius = Math.min(Math.max(0.13 * length, 0.014), 0.042);
      turn.setFromUnitVectors(UP, along.divideScalar(length));
      this.boneMesh.setMatrixAt(i, matrix.compose(from, turn, scale.set(radius, length, radius)));
    });
    for (let i = 0; i < this.person.skeleton.names.length; i++)
      this.jointMesh.setMatrixAt(i, matrix.compose(this.joint(frame, i, to), turn.identity(), scale.setScalar(0.021)));
  }
}
