"""Frames stream -> results stream."""
