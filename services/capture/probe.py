"""Says which webcams there are: `python -m services.capture.probe` prints a JSON list of what each can do."""

import json
import sys
from dataclasses import asdict

from services.capture.sources.v4l2 import device_files, look


def main() -> int:
    """Print the list."""
    print(json.dumps([asdict(look(path)) for path in device_files()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
