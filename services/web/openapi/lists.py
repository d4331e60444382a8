"""The cameras, their newest results, and the workers."""

from services.web.openapi import examples
from services.web.openapi.words import CAMERA_EXAMPLE, Part, answers, json_answer, path

CAMERA = path("camera", "The camera's id.", {"type": "string", "minLength": 1}, CAMERA_EXAMPLE)

TRACK = path("track", "The face's number, its `track`.", {"type": "integer", "minimum": 0}, 7)

CAMERAS: Part = {
    "operationId": "listCameras",
    "tags": ["Cameras"],
    "summary": "The cameras",
    "description": "Those that capture has, and browsers that send; one that was silent for 30 s is left "
    "out.",
    "responses": answers(
        ok=json_answer("The cameras, by id.", "Cameras", examples.CAMERAS),
        s401="NoToken",
        s429="TooManyTokens",
        s503="Away",
    ),
}

FACES: Part = {
    "operationId": "newestFaces",
    "tags": ["Cameras"],
    "summary": "The newest result of a camera",
    "description": "Counts as looking for 5 s: a camera that is closed is opened, which may take 2.5 s.",
    "parameters": [CAMERA],
    "responses": answers(
        ok=json_answer("The faces in the newest frame.", "Faces", examples.FACES),
        s401="NoToken",
        s404="NoCamera",
        s429="TooManyTokens",
        s503="NoPicture",
    ),
}

NEUTRAL: Part = {
    "operationId": "learnNeutral",
    "tags": ["Cameras"],
    "summary": "Learn a face's resting face",
    "description": "For five seconds the face should rest; from then on its expressions are read against "
    "it, as long as it is followed. No body is read.",
    "parameters": [CAMERA, TRACK],
    "responses": answers(
        status=202,
        ok=json_answer("It is being learned.", "Learning", examples.LEARNING),
        s401="NoToken",
        s403="Elsewhere",
        s404="NoFace",
        s429="TooManyTokens",
        s503="Away",
    ),
}

WORKERS: Part = {
    "operationId": "listWorkers",
    "tags": ["Workers"],
    "summary": "The workers",
    "description": "Those that read expressions; one that was silent for 30 s is left out.",
    "responses": answers(
        ok=json_answer("The workers, by id.", "Workers", examples.WORKERS),
        s401="NoToken",
        s429="TooManyTokens",
        s503="Away",
    ),
}

PATHS: Part = {
    "/api/v1/cameras": {"get": CAMERAS},
    "/api/v1/cameras/{camera}/faces": {"get": FACES},
    "/api/v1/cameras/{camera}/faces/{track}/neutral": {"post": NEUTRAL},
    "/api/v1/workers": {"get": WORKERS},
}
