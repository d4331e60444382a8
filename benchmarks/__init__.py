"""Measures the running pipeline."""
