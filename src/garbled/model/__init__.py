"""Rows -> calibrated scores; storing and loading a model with its card."""
