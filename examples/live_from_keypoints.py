"""Lift a file of keypoints as if its frames came from a camera, and say where the person is.

python examples/live_from_keypoints.py clip.json
"""

from __future__ import annotations

import argparse

import kinelift as kl


def main() -> None:
    """Push frame after frame and print the root's place, once a second of the clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("keypoints", help="as `kinelift lift` takes them")
    parser.add_argument(
        "--model", default="causal", help="a shipped model's name, or a path to an .onnx file"
    )
    arguments = parser.parse_args()
    keypoints = kl.read_keypoints(arguments.keypoints)
    stream = kl.LiftStream(
        arguments.model, fps=keypoints.fps, image_size=keypoints.image_size, skeleton=keypoints.skeleton
    )
    print(f"{stream.skeleton.names[0]} in metres, {stream.look_ahead_seconds:.2f} s late")
    for frame, (points_px, scores) in enumerate(zip(keypoints.points_px, keypoints.scores, strict=True)):
        pose = stream.push(points_px, scores)
        if pose is not None and frame % round(keypoints.fps) == 0:
            x, y, z = pose[0]
            print(
                f"at {frame / keypoints.fps - stream.look_ahead_seconds:6.2f} s  {x:+.2f} {y:+.2f} {z:+.2f}"
            )
    print(f"and {len(stream.flush())} poses more")


if __name__ == "__main__":
    main()
