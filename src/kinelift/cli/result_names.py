"""What each format's file is called in a folder of results."""

RESULT_NAMES = {"npz": "motion.npz", "json": "motion.json", "html": "view.html"}
