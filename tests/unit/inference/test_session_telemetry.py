import os
import subprocess
import sys
from pathlib import Path

from services.inference.settings import MODEL


def test_the_runtime_keeps_no_device_id_and_reports_to_nobody(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "ORT_"))}
    code = "import sys, pathlib; from services.inference.session import ExpressionModel as M; "
    code += "M(pathlib.Path(sys.argv[1]))"
    subprocess.run(
        [sys.executable, "-c", code, str(MODEL)],
        # A home of its own: the telemetry's device id and its queue would be kept there.
        env={**environment, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []
