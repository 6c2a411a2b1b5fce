"""Measures a model on the held-out fold, which nothing was fitted on, counted or mined from."""

from garbled.evaluation.results import Results
from garbled.evaluation.run import EvaluationConfig, evaluate

__all__ = ["EvaluationConfig", "Results", "evaluate"]
