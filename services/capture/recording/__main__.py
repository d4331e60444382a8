"""`python -m services.capture.recording VIDEO (--id ID | --probe)`: a video's every frame, or what it is."""

import sys
from functools import partial
from importlib.util import find_spec

from services.capture.recording.arguments import Arguments, parse
from shared.errors import MienError
from shared.service import BAD_START, run
from shared.settings import ServiceSettings


def main(arguments: Arguments) -> int:
    """Do what is asked for; return the exit code."""
    if find_spec("av") is None:
        return _refuse("videos are read with the package `av`: pip install 'mien[recordings]'")
    from services.capture.recording import program  # noqa: PLC0415  it imports av

    if arguments.recording is not None:
        publish = partial(program.publish, arguments, arguments.recording)
        return run("recording", ServiceSettings, publish)
    try:
        program.say_what_it_is(arguments.video)
    except MienError as error:
        return _refuse(str(error))
    return 0


def _refuse(cause: str) -> int:
    sys.stderr.write(f"mien recording: {cause}\n")
    return BAD_START


if __name__ == "__main__":
    sys.exit(main(parse(sys.argv[1:])))
