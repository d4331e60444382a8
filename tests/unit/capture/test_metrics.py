import subprocess
import sys


def test_without_a_file_no_edit_of_it_is_refused() -> None:
    code = (
        "from prometheus_client import REGISTRY; import services.capture.metrics; "
        "print(REGISTRY.get_sample_value('mien_cameras_file_in_use'))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout == "1.0\n"
