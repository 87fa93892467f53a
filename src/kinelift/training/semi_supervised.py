"""Learning from labelled and unlabelled windows at once (Pavllo et al., CVPR 2019, section 4).

Each batch has two halves of one size. The labelled half teaches a network of poses and one of the root's place, which
share nothing but the optimiser. In the unlabelled half the two together must land on the keypoints they were lifted
from, and have bones as long as the labelled half's. Two things are otherwise than in the reference: keypoints compared
are those of the frame that is answered for, whatever the network's clock, and those of joints that both layouts mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from kinelift.body.mapping import mapping
from kinelift.body.skeleton import Skeleton
from kinelift.geometry.errors import mpjpe
from kinelift.losses import bone_length_agreement, reprojection, trajectory_wmpjpe
from kinelift.losses.screen import Lens
from kinelift.model.strided import StridedTemporalModel
from kinelift.model.temporal import TemporalModel
from kinelift.model.temporal_config import TemporalConfig
from kinelift.sampling.sequences import Sequences
from kinelift.sampling.studio_source import UnlabelledData
from kinelift.sampling.unlabelled import HalfLabelled
from kinelift.training.config import TrainConfig
from kinelift.training.learner import Loss
from kinelift.training.precision import MatmulPrecision
from kinelift.training.semi_batches import SemiBatch, semi_batches
from kinelift.training.windows import batch_norm_momentum, window_count


@dataclass(frozen=True)
class SemiSupervision:
    """What unlabelled keypoints teach. A weight of 0 leaves a term out, as the paper's ablations do."""

    data: UnlabelledData = field(default_factory=UnlabelledData)
    warm_up_epochs: int = 1
    """First epochs, in which labels alone teach."""
    reprojection: float = 1.0
    """Weight of how far bodies land from their keypoints, on the screen."""
    bones: float = 1.0
    """Weight of how far mean bone lengths are from the labelled half's, metres."""
    lens: Lens = "human36m"


class PoseAndTrajectory(nn.Module):
    """Two networks of one shape: poses about the root, and where the root is."""

    def __init__(self, config: TemporalConfig) -> None:
        super().__init__()
        self.pose = StridedTemporalModel(config)
        self.trajectory = StridedTemporalModel(replace(config, joints_out=1))

    def forward(
        self, joints: Float[Tensor, "window frame joint 2"]
    ) -> tuple[Float[Tensor, "window 1 target 3"], Float[Tensor, "window 1 1 3"]]:
        """Return poses and roots, both in metres."""
        return self.pose(joints), self.trajectory(joints)


class SemiLearner:
    """Two networks and what teaches them."""

    def __init__(self, config: TrainConfig, semi: SemiSupervision, device: torch.device) -> None:
        self._config, self._semi, self._device = config, semi, device
        self.model = PoseAndTrajectory(config.model).to(device)
        self._adam = torch.optim.Adam(
            self.model.parameters(),
            lr=config.optimiser.learning_rate,
            amsgrad=config.optimiser.amsgrad,
            weight_decay=config.optimiser.weight_decay,
        )
        self.optimisers: tuple[torch.optim.Optimizer, ...] = (self._adam,)
        self.batch_norm_momentum = config.optimiser.batch_norm_momentum[0]
        self._warm = False

    def targets(self, sequences: Sequences) -> int:
        """Return how many labelled windows there are: an epoch is one pass over them."""
        return window_count(self._config, sequences)

    def batches(self, sequences: Sequences, order: np.random.Generator) -> Iterator[SemiBatch]:
        """Yield all labelled windows, each batch beside as many unlabelled ones."""
        if not isinstance(sequences, HalfLabelled):
            raise ValueError("sequences: unlabelled ones expected beside the labelled.")
        return semi_batches(self._config, sequences, order, self._device)

    def schedule(self, epoch: int, share: float) -> None:
        """Set the epoch's learning rate and momentum, and whether labels alone teach."""
        if share > 0:
            return
        self._warm = epoch >= self._semi.warm_up_epochs
        for group in self._adam.param_groups:
            group["lr"] = self._config.learning_rate(epoch)
        self.batch_norm_momentum = batch_norm_momentum(self._config.optimiser, epoch, self._config.epochs)
        for network in (self.model.pose, self.model.trajectory):
            network.set_batch_norm_momentum(self.batch_norm_momentum)

    def loss(self, batch: SemiBatch, precision: MatmulPrecision) -> Loss:
        """Return the sum of the paper's four terms; the two of the labelled half while the run warms up."""
        with precision.context():
            poses, roots = self.model(torch.cat([batch.labelled.joints, batch.unlabelled]))
        count = len(batch.labelled.targets)
        poses, roots = poses.float(), roots.float()
        error = mpjpe(poses[:count], batch.labelled.targets)
        total = error + trajectory_wmpjpe(roots[:count], batch.roots)
        if self._warm and self._semi.reprojection:
            total = total + self._semi.reprojection * self._off_screen(batch, poses[count:], roots[count:])
        if self._warm and self._semi.bones:
            bones = bone_length_agreement(poses[:count], poses[count:], batch.joints)
            total = total + self._semi.bones * bones
        return Loss(total, error, count)

    def step(self) -> None:
        """Move the weights of both networks."""
        self._adam.step()

    def dilated(self) -> TemporalModel:
        """Return the network of poses that slides, with the weights of its training twin."""
        dilated = TemporalModel(self.model.pose.config)
        dilated.load_state_dict({name: value.cpu() for name, value in self.model.pose.state_dict().items()})
        return dilated.eval()

    def _off_screen(self, batch: SemiBatch, poses: Tensor, roots: Tensor) -> Tensor:
        of_pose, of_keypoints = shared_joints(batch.keypoints, batch.joints)
        return reprojection(
            poses[:, :, list(of_pose)],
            roots,
            batch.screen[:, :, list(of_keypoints)],
            batch.intrinsics,
            lens=self._semi.lens,
        )


def shared_joints(keypoints: Skeleton, joints: Skeleton) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the joints that a layout of keypoints marks too, and the keypoints that mark them, in the same order.

    What would have to be derived, such as a pelvis midway between marked hips, is not shared: a detector's hips are
    not quite the body's.
    """
    found = mapping(keypoints, joints)
    marked = [
        joint
        for joint, name in enumerate(joints.names)
        if name not in found.absent and name not in found.derived
    ]
    if not marked:
        raise ValueError(
            f"{keypoints.name} and {joints.name} share no joint, so that no pose can be compared with keypoints."
        )
    return tuple(marked), tuple(int(found.weights[joint].argmax()) for joint in marked)
