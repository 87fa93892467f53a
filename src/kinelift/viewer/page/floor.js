// The floor: a grid of one metre with finer lines between, fading out around the person, and the body's shadow.
class Floor {
  constructor(scene) {
    this.uniforms = { color: { value: new THREE.Color() }, middle: { value: new THREE.Vector2() } };
    const material = new THREE.ShaderMaterial({
      uniforms: this.uniforms,
      transparent: true,
      depthWrite: false,
      vertexShader: `
        varying vec2 place;
        void main() {
          vec4 world = modelMatrix * vec4(position, 1.0);
          place = world.xz;
          gl_Position = projectionMatrix * viewMatrix * world;
        }`,
      fragmentShader: `
        uniform vec3 color;
        uniform vec2 middle;
        varying vec2 place;
        float lines(vec2 at) {
          vec2 width = fwidth(at);
          vec2 away = abs(fract(at - 0.5) - 0.5) / width;
          vec2 sharp = (1.0 - min(away, 1.0)) * (1.0 - smoothstep(0.2, 0.6, width));
          return max(sharp.x, sharp.y);
        }
        void main() {
          float fade = 1.0 - smoothstep(1.5, 9.0, distance(place, middle));
          float alpha = max(0.42 * lines(place), 0.13 * lines(place * 4.0)) * fade;
          gl_FragColor = vec4(color, alpha);
          #include <colorspace_fragment>
        }`,
    });
    this.shadow = this.#plane(scene, new THREE.ShadowMaterial({ opacity: 0.34, depthWrite: false }), -2);
    this.shadow.receiveShadow = true;
    this.grid = this.#plane(scene, material, -1);
  }

  // Both lie at height 0 and write no depth, so the order in which they are drawn is given.
  #plane(scene, material, order) {
    const mesh = new THREE.Mesh(new THREE.PlaneGeometry(24, 24), material);
    mesh.rotation.x = -Math.PI / 2;
    mesh.renderOrder = order;
    scene.add(mesh);
    return mesh;
  }

  paint(theme) {
    this.uniforms.color.value.set(theme.grid);
    this.shadow.material.color.set(theme.shade);
  }

  centerOn(x, z) {
    this.uniforms.middle.value.set(x, z);
    for (const plane of [this.grid, this.shadow]) {
      plane.position.x = x;
      plane.position.z = z;
    }
  }
}
