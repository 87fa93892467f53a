"""How good a prediction is: measures, protocols and reports. No torch."""

from kinelift.evaluation.metrics import mpjpe, mpjve, n_mpjpe, p_mpjpe, weighted_mpjpe

__all__ = ["mpjpe", "mpjve", "n_mpjpe", "p_mpjpe", "weighted_mpjpe"]
