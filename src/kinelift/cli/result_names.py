"""What each format's file is called in a folder of results."""

RESULT_NAMES = {
    "npz": "motion.npz",
    "json": "motion.json",
    "html": "view.html",
    **{ending: f"motion.{ending}" for ending in ("bvh", "glb", "c3d", "trc", "csv", "openpose")},
    "mmpose": "motion.mmpose.json",
}
OWN = ("npz", "json", "html")
"""Results that are as they are: how to write is for the others."""
