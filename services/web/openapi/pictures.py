"""The pictures: the feed, the newest one, and many cameras' in one answer."""

from services.web.live.asked import MOST_CAMERAS, TILE_FPS
from services.web.openapi.lists import CAMERA
from services.web.openapi.words import JPEG_BYTES, Part, answer, answers, header, query

PICTURE_HEADERS: Part = {
    "X-Frame-Seq": header("The frame's number, by its camera.", {"type": "integer"}),
    "X-Captured-At": header("When it was captured, in Unix seconds.", {"type": "number"}),
    "X-Placeholder": header(
        "`1` where there is no picture to show, and a placeholder instead.", {"type": "string"}
    ),
}

FEED: Part = {
    "operationId": "cameraFeed",
    "tags": ["Pictures"],
    "summary": "A camera's feed",
    "description": "Annotated frames as `multipart/x-mixed-replace`, without an end; the newest one each "
    "time that the viewer has taken the last. Each part is a JPEG with `X-Frame-Seq` and `X-Captured-At`, "
    "in Unix seconds; a placeholder has `X-Placeholder` instead.",
    "parameters": [CAMERA],
    "responses": answers(
        ok=answer("The frames.", "multipart/x-mixed-replace", {"type": "string"}),
        s401="SignInPage",
        s404="NoCameraPage",
        s429="TooManyTokensPage",
        s503="AwayPage",
    ),
}

SNAPSHOT: Part = {
    "operationId": "cameraSnapshot",
    "tags": ["Pictures"],
    "summary": "A camera's newest annotated frame",
    "description": "A placeholder, with `X-Placeholder`, where what is shown has to be more private than a "
    "picture.",
    "parameters": [CAMERA],
    "responses": answers(
        ok=answer("The picture.", "image/jpeg", JPEG_BYTES, headers=PICTURE_HEADERS),
        s401="SignInPage",
        s404="NoCameraPage",
        s429="TooManyTokensPage",
        s503="AwayPage",
    ),
}

TILES: Part = {
    "operationId": "manyFeeds",
    "tags": ["Pictures"],
    "summary": "Many cameras' frames over one connection",
    "description": "Parts as in a feed, each with `X-Camera`: the camera's id. In turn, the newest of "
    "each; a camera that gives none has a placeholder, once a second.",
    "parameters": [
        query(
            "cameras",
            f"Ids, separated by commas, {MOST_CAMERAS} at most; without it, all that there are, also those "
            "that come.",
            {"type": "string"},
            "cam1,cam2",
        ),
        query(
            "fps",
            "Frames a second of each camera, at most.",
            {"type": "integer", "minimum": TILE_FPS[0], "default": TILE_FPS[1], "maximum": TILE_FPS[2]},
        ),
    ],
    "responses": answers(
        ok=answer("The frames.", "multipart/mixed", {"type": "string"}),
        s400="Wrong",
        s401="NoToken",
        s404="NoCamera",
        s429="TooManyTokens",
        s503="Away",
    ),
}

PATHS: Part = {
    "/cameras/{camera}/stream.mjpg": {"get": FEED},
    "/cameras/{camera}/snapshot.jpg": {"get": SNAPSHOT},
    "/api/v1/cameras/stream": {"get": TILES},
}
