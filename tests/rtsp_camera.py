"""An RTSP camera, GStreamer's server: `python3 rtsp_camera.py PORT [CERTIFICATE KEY]`, the latter for TLS.

A program of its own that imports nothing of ours: Debian has GStreamer for Debian's Python only. Reads the
login from its standard input, `SCHEME USER PASSWORD`. Prints `ready` when it listens, `watched` when the
first one watches, and `alone` when the last one has left.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol

LAUNCH = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1 "
    "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96 )"
)
ROLE = "viewer"


def main(port: str, *tls: str) -> None:
    """Serve until killed."""
    gi = import_module("gi")
    gi.require_version("Gst", "1.0")
    gi.require_version("GstRtsp", "1.0")
    gi.require_version("GstRtspServer", "1.0")
    gst, rtsp = import_module("gi.repository.Gst"), import_module("gi.repository.GstRtspServer")
    gst.init(None)
    server = rtsp.RTSPServer(address="127.0.0.1", service=port)
    factory = rtsp.RTSPMediaFactory(launch=LAUNCH, shared=True)
    factory.connect("media-configure", tell)
    allowed = auth(rtsp, *sys.stdin.readline().split())
    if tls:
        allowed.set_tls_certificate(import_module("gi.repository.Gio").TlsCertificate.new_from_files(*tls))
    server.set_auth(allowed)
    rights = "media.factory.access=(boolean)true, media.factory.construct=(boolean)true"
    factory.add_role_from_structure(gst.Structure.from_string(f"{ROLE}, {rights}")[0])
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    print("ready", flush=True)
    import_module("gi.repository.GLib").MainLoop().run()


def auth(rtsp: ModuleType, scheme: str, user: str, password: str) -> Any:  # noqa: ANN401  GStreamer's
    """Return who may watch."""
    allowed = rtsp.RTSPAuth()
    token = rtsp.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    if scheme == "Digest":
        allowed.set_supported_methods(import_module("gi.repository.GstRtsp").RTSPAuthMethod.DIGEST)
        allowed.add_digest(user, password, token)
    else:
        allowed.add_basic(rtsp.RTSPAuth.make_basic(user, password), token)
    return allowed


class Media(Protocol):
    """GStreamer's word for a stream with somebody who watches."""

    def connect(self, signal: str, call: Callable[[object], None]) -> int:
        """Have a function called."""


def tell(_factory: object, media: Media) -> None:
    """Tell of somebody who watches, and when nobody does any longer."""
    print("watched", flush=True)
    media.connect("unprepared", lambda _media: print("alone", flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
