"""Measures Mien: its parts, the running pipeline, and other programs beside it."""
