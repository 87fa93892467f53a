"""Networks that the temporal convolutions are compared with; none of them is exported or shipped."""

from kinelift.model.baselines.recurrent import PlainLstm
from kinelift.model.baselines.residual_mlp import ResidualMlp
from kinelift.model.baselines.sequence_to_sequence import SequenceToSequence
from kinelift.model.baselines.window_network import WindowNetwork

__all__ = ["PlainLstm", "ResidualMlp", "SequenceToSequence", "WindowNetwork"]
