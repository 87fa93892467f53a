"""The measures results are reported in, each a mean in the unit of its arguments (Pavllo et al., CVPR 2019).

They are those of `kinelift.geometry.errors`, where losses find them too. Arrays are (..., joint, axis),
relative to the root, the root counted; mpjve runs along the frame axis, the third from the end.
"""

from kinelift.geometry.errors import mpjpe, mpjve, n_mpjpe, p_mpjpe, weighted_mpjpe

__all__ = ["mpjpe", "mpjve", "n_mpjpe", "p_mpjpe", "weighted_mpjpe"]
