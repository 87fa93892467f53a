// Bundle the part of three.js that the page uses into one classic script that sets the global THREE.
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const three = JSON.parse(readFileSync("node_modules/three/package.json", "utf8"));
const licence = readFileSync("node_modules/three/LICENSE", "utf8").trim();

await build({
  entryPoints: ["entry.js"],
  outfile: "../../src/kinelift/viewer/page/three.bundle.js",
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "THREE",
  target: "es2020",
  charset: "ascii", // the page is then free of odd bytes, and of U+2028
  legalComments: "none", // the licence stands once, in full, at the top
  banner: { js: `/*! three.js ${three.version} (https://threejs.org), the part used here, minified.\n\n${licence}\n*/` },
});
