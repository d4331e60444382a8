"""Browsers as cameras: frames that come over a WebSocket."""
