"""Stage 4: keypoints to root-relative joints."""

from kinelift.lifting.lifted import Lifted
from kinelift.lifting.lifter import Lifter
from kinelift.lifting.network import Network, load_network

__all__ = ["Lifted", "Lifter", "Network", "load_network"]
