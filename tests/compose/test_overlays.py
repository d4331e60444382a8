"""The overlays: HTTPS, and cameras out of a file with those who are told of them."""

import hashlib
import json
import re
import ssl
import subprocess
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

from services.notify.signature import signature
from tests.compose.deployment import PROJECT, Deployment, deployed
from tests.e2e.api import get
from tests.e2e.processes import eventually
from tests.http_receiver import HttpReceiver

FINGERPRINT = re.compile(r"SHA-256 fingerprint is ([0-9A-F:]+)")
SECRET = "sixteen-characters"


def served(deployment: Deployment) -> str:
    """Return the fingerprint of the certificate that web shows, once it does."""

    def ask() -> str | None:
        try:
            pem = ssl.get_server_certificate(("127.0.0.1", deployment.port), timeout=5)
        except OSError:
            return None
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
        return ":".join(re.findall("..", digest))

    return eventually("web speaks TLS", ask, within_s=60)


def states(deployment: Deployment) -> dict[str, str]:
    """Return the state of each camera."""
    cameras = json.loads(get(deployment.port, "/api/v1/cameras", token=deployment.token()).body)["cameras"]
    return {camera["id"]: camera["state"] for camera in cameras}


def test_https_with_a_certificate_that_is_made_once() -> None:
    with deployed(Deployment(["compose.https.yml"], MIEN_TLS_NAMES="mien.test")) as deployment:
        token = deployment.token()
        told = eventually("it is told", lambda: FINGERPRINT.search(deployment.log()))[1]
        assert f"https://localhost:{deployment.port}/?token=" in deployment.log()
        assert served(deployment) == told
        answer = get(deployment.port, "/api/v1/cameras", token=token, scheme="https")
        assert (answer.status, [camera["id"] for camera in json.loads(answer.body)["cameras"]]) == (
            200,
            ["cam1"],
        )
        deployment.compose("kill", "web")
        deployment.compose("start", "web")
        assert served(deployment) == told
        eventually("web is healthy", lambda: healthy(deployment, "web"), within_s=60)


def test_https_with_a_given_certificate(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-subj", "/CN=mien.test", "-addext", "subjectAltName=DNS:mien.test"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*made, *named, *files], check=True, capture_output=True)
    (tmp_path / "key.pem").chmod(0o644)  # For the container's user.
    with deployed(Deployment(["compose.https.yml"], TLS_FOLDER=str(tmp_path))) as deployment:
        deployment.token()
        trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        trust.check_hostname = False
        with closing(HTTPSConnection("127.0.0.1", deployment.port, timeout=15, context=trust)) as connection:
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200


def test_cameras_of_a_file_that_is_edited_and_who_is_told_of_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "cameras.yaml"
    hall = "cameras:\n  hall: {source: 'demo:', mode: always}\n"
    file.write_text(hall)
    overlaid = Deployment(["compose.cameras.yml"], CAMERAS=str(tmp_path), COMPOSE_PROFILES="notify")
    with HttpReceiver(host="0.0.0.0") as hook, deployed(overlaid) as deployment:
        eventually("its camera is live", lambda: states(deployment) == {"hall": "live"}, within_s=60)
        door = "  door: {source: 'test:'}\n"
        told = f"notify:\n  webhooks: [{{url: 'http://{gateway()}:{hook.port}/hook', secret: {SECRET}}}]\n"
        file.write_text(hall + door + told)
        eventually("the camera is new", lambda: states(deployment).keys() == {"hall", "door"}, within_s=60)
        request = eventually("it is told", lambda: next(iter(hook.accepted), None), within_s=60)
        eventually("all are healthy", lambda: healthy(deployment, "capture", "notify"), within_s=60)
        assert SECRET not in deployment.log()
    at, _, _ = request.headers["x-mien-signature"].removeprefix("t=").partition(",")
    assert json.loads(request.body)["camera"] == "hall"
    assert request.headers["x-mien-signature"] == signature(SECRET.encode(), request.body, int(at))


def healthy(deployment: Deployment, *services: str) -> bool:
    """Return whether each of these services has a container, and it is healthy."""
    found = [json.loads(row) for row in deployment.compose("ps", "--format", "json", *services).splitlines()]
    return len(found) == len(services) and all(one["Health"] == "healthy" for one in found)


def gateway() -> str:
    """Return the address by which the project's containers reach this machine."""
    command = [
        "docker",
        "network",
        "inspect",
        f"{PROJECT}_default",
        "--format",
        "{{(index .IPAM.Config 0).Gateway}}",
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
