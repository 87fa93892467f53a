"""From an .npz of keypoints to motion.npz, from disk to disk: memory does not grow with the clip."""

from __future__ import annotations

from pathlib import Path

from kinelift.body import Camera
from kinelift.cli.chosen_people import chosen_in_keypoints
from kinelift.cli.clipping import chosen_frames
from kinelift.cli.options import Lifting
from kinelift.cli.progress import progress
from kinelift.cli.reporting import ground_line, summary
from kinelift.cli.result_names import RESULT_NAMES
from kinelift.export.motion_npz import write_motion_npz
from kinelift.interop.keypoint_spooling import spool_keypoints
from kinelift.passes import DiskScratch, lift_rows
from kinelift.passes.world import world_of


def lift_from_disk_to_disk(source: Path, folder: Path, lifting: Lifting) -> None:
    """Lift an .npz of keypoints to motion.npz, showing progress; print the path and the summary."""
    clip, body, person = lifting.clip, lifting.body, chosen_in_keypoints(lifting, source)
    path = folder / RESULT_NAMES["npz"]
    with DiskScratch(folder) as scratch:
        with progress() as show:
            show("reading", 0, 0)
            id, keypoints = spool_keypoints(
                source,
                scratch,
                skeleton=clip.skeleton,
                fps=clip.fps,
                image_size=clip.image_size,
                person=person,
            )
            rows = chosen_frames(clip, len(keypoints), keypoints.fps, source)
            keypoints = keypoints.between(rows)
            known = lifting.camera.camera(keypoints.image_size)
            lifted = lift_rows(
                keypoints,
                scratch,
                camera=known,
                height=body.height,
                model=body.model,
                mirror=body.mirror,
                smooth=body.smooth,
                lock_feet=body.lock_feet,
                id=id,
                progress=show,
            )
            show("writing", 0, 0)
            write_motion_npz(lifted.person, path)
        print(path)
        camera_used = known or Camera.assumed(keypoints.image_size)
        world_from_camera, ground = world_of(camera_used, [lifted.stance])
        start_seconds = rows.start / keypoints.fps
        print(*summary([lifted.person], camera_used, start_seconds), sep="\n")
        print(ground_line(world_from_camera, ground))
