"""Stage 3: who is who over time; leaps to somebody else are cut out.

The folder is not loaded at once: keypoints need leaps.py and joint_leaps.py alone, videos person.py.
"""
