"""What training makes small; each a mean of weight 1, in the unit of its arguments. numpy and torch.

The paper's semi-supervised loss (Pavllo et al., CVPR 2019, section 4) is the sum of all four: `mpjpe` and
`trajectory_wmpjpe` of the labelled half of a batch, `reprojection` of the unlabelled half, and
`bone_length_agreement` between the two.
"""

from kinelift.geometry.errors import mpjpe
from kinelift.losses.bones import bone_length_agreement
from kinelift.losses.expected_error import expected_error_loss
from kinelift.losses.screen import reprojection
from kinelift.losses.trajectory import trajectory_wmpjpe

__all__ = ["bone_length_agreement", "expected_error_loss", "mpjpe", "reprojection", "trajectory_wmpjpe"]
