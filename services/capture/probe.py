"""Says which webcams give pictures: `python -m services.capture.probe` prints a JSON list of sources."""

import json
import sys

from services.capture.sources import webcams


def main() -> int:
    """Print the list."""
    print(json.dumps(webcams()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
