"""Sampling: windows, bodies, virtual cameras and detector noise, for training."""
