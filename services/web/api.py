"""The programs' interface: JSON under `/api/v1/`."""

from typing import Any, Protocol

from flask import Blueprint, Response, abort, jsonify

from services.web.directory import Camera, Directory
from services.web.feeds import NO_SUCH_CAMERA, look_once
from services.web.hub import Hub
from services.web.picture import Picture
from shared.entries import face_dict
from shared.registry import Worker

NO_SUCH_FACE = "No face of this number is being followed now."


class Asks(Protocol):
    """Hands workers what viewers ask for."""

    def learn_neutral(self, camera: str, track: int) -> int | None:
        """Ask to learn a track's resting face; return until when, in Unix ns, or None for no such track."""


def blueprint(directory: Directory, hub: Hub, asks: Asks) -> Blueprint:
    """Return the routes of the programs' interface."""
    bp = Blueprint("api", __name__, url_prefix="/api/v1")

    @bp.get("/cameras")
    def cameras() -> Response:
        return jsonify(cameras=[camera_dict(camera) for camera in directory.cameras()])

    @bp.get("/cameras/<camera>/faces")
    def faces(camera: str) -> Response:
        if not directory.has(camera):
            abort(404, NO_SUCH_CAMERA)
        return jsonify(faces_dict(camera, look_once(hub, camera)))

    @bp.post("/cameras/<camera>/faces/<int:track>/neutral")
    def learn_neutral(camera: str, track: int) -> tuple[Response, int]:
        if not directory.has(camera):
            abort(404, NO_SUCH_CAMERA)
        until = asks.learn_neutral(camera, track)
        if until is None:
            abort(404, NO_SUCH_FACE)
        return jsonify(track=track, until=until / 1e9), 202

    @bp.get("/workers")
    def workers() -> Response:
        return jsonify(workers=[worker_dict(worker) for worker in directory.workers()])

    return bp


def camera_dict(camera: Camera) -> dict[str, Any]:
    """Return a camera as the interface shows it."""
    return {
        "id": camera.id,
        "state": camera.state,
        "width": camera.width,
        "height": camera.height,
        "fps": camera.fps,
        "frame_age_ms": camera.frame_age_ms,
        "viewers": camera.viewers,
        "granted": camera.granted,
        "error": camera.error,
    }


def faces_dict(camera: str, picture: Picture) -> dict[str, Any]:
    """Return the newest result: `captured_at` in Unix seconds, `latency_ms` from capture to this process."""
    result = picture.result
    return {
        "camera": camera,
        "seq": result.seq,
        "captured_at": result.t / 1e9,
        "latency_ms": round(picture.latency_ns / 1e6, 1),
        "privacy": result.privacy.value,
        "faces": [face_dict(face) for face in result.faces],
    }


def worker_dict(worker: Worker) -> dict[str, Any]:
    """Return a worker as the interface shows it."""
    return {
        "id": worker.id,
        "host": worker.host,
        "fps": worker.fps,
        "heartbeat_age_ms": worker.heartbeat_age_ms,
        "privacy": worker.privacy and worker.privacy.value,
    }
