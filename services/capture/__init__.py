"""Cameras -> frames stream."""
