"""What answers look like."""

from services.web.openapi.words import Part

SCORES = {
    "angry": 0.0123,
    "disgust": 0.0011,
    "fear": 0.0098,
    "happy": 0.9012,
    "sad": 0.0154,
    "surprise": 0.0201,
    "neutral": 0.0401,
}

FACE: Part = {
    "track": 7,
    "box": [212, 96, 148, 148],
    "expression": "happy",
    "confidence": 0.9012,
    "scores": SCORES,
    "reason": None,
    "candidates": [],
    "neutral": None,
}

FACES: Part = {
    "camera": "cam1",
    "seq": 4711,
    "captured_at": 1767225600.125,
    "latency_ms": 41.3,
    "privacy": "off",
    "faces": [FACE],
}

CAMERAS: Part = {
    "cameras": [
        {
            "id": "cam1",
            "state": "live",
            "width": 1280,
            "height": 720,
            "fps": 29.97,
            "frame_age_ms": 48,
            "viewers": 1,
            "granted": "MJPG 1280x720 at 30",
            "error": "",
        }
    ]
}

WORKERS: Part = {
    "workers": [{"id": "a1b2c3", "host": "kitchen", "fps": 29.8, "heartbeat_age_ms": 412, "privacy": "off"}]
}

LEARNING: Part = {"track": 7, "until": 1767225605.5}


def problem(status: int, title: str, detail: str) -> Part:
    """Return a problem."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
