"""Fits what `garbled.model` loads."""

from garbled.training.config import TrainingConfig, read_config
from garbled.training.run import Trained, train

__all__ = ["Trained", "TrainingConfig", "read_config", "train"]
