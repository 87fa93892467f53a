"""Expected errors are worth most where they are the mean of those that occur."""

import pytest
import torch

from kinelift.losses import expected_error_loss


def test_the_mean_of_the_errors_is_the_best_expectation():
    errors = torch.distributions.Exponential(20.0).sample((50_000, 1))
    losses = {
        factor: float(expected_error_loss(torch.full_like(errors, float(errors.mean()) * factor), errors))
        for factor in (0.8, 0.95, 1.0, 1.05, 1.25)
    }
    assert min(losses, key=lambda factor: losses[factor]) == 1.0


def test_it_is_the_negative_log_likelihood_of_an_exponential_distribution():
    expected, errors = torch.tensor([[0.05, 0.1]]), torch.tensor([[0.02, 0.3]])
    likelihood = torch.distributions.Exponential(1.0 / expected).log_prob(errors)
    assert float(expected_error_loss(expected, errors)) == pytest.approx(float(-likelihood.mean()))
