"""Opens models in ONNX Runtime: the only module that imports it."""

import os
from pathlib import Path
from typing import TypeAlias

from shared.errors import ModelError

# Before the import, which would otherwise begin to report to Microsoft: since 1.29 the official builds for
# Linux and macOS send telemetry unless this is set (microsoft/onnxruntime pull request 27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

Session: TypeAlias = onnxruntime.InferenceSession


def open_session(model: Path | bytes, name: str) -> Session:
    """Return a model, a file or its content, ready to run on one thread: workers scale, threads don't.

    Raises:
        ModelError: it is no model that ONNX Runtime can read; calls it `name`.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # Its own complaints would repeat what the error below says.
    source = str(model) if isinstance(model, Path) else model
    try:
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(f"{name} cannot be read: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return what an error of ONNX Runtime's says first; the rest is for those who build it."""
    return next(iter(str(error).splitlines()), repr(error))
