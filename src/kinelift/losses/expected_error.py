"""How well a network says how wrong it is."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def expected_error_loss(
    expected: Float[Tensor, "*batch joint"], errors: Float[Tensor, "*batch joint"]
) -> Float[Tensor, ""]:
    """Return the mean negative log likelihood of errors, exponentially distributed about those expected.

    Both in metres and positive. It is lowest where `expected` is the mean of the errors that occur in such a case
    (cf. Kendall and Gal, NeurIPS 2017). `errors` are usually detached, so that positions are not bent to it.
    """
    return (errors / expected + torch.log(expected)).mean()
