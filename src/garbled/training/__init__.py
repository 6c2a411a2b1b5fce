"""Fits what `garbled.model` loads."""

from garbled.training.config import TrainingConfig
from garbled.training.run import Trained, train

__all__ = ["Trained", "TrainingConfig", "train"]
