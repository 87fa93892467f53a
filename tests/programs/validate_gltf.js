// node validate_gltf.js FILE OUT: write what Khronos' validator finds in a .glb to OUT.
const fs = require("fs");
const validator = require("gltf-validator");

const [source, out] = process.argv.slice(2);
validator
  .validateBytes(new Uint8Array(fs.readFileSync(source)))
  .then((report) => fs.writeFileSync(out, JSON.stringify(report)));
