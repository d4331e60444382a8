"""The processes of a running pipeline by what they do, and the CPU that each role has used."""

from collections.abc import Iterable, Mapping, Sequence

import psutil

from benchmarks.pipeline import NoMeasurement, command_line

WORDS = {
    "valkey-server": "broker",
    "services.capture": "capture",
    "services.inference": "inference",
    "services.web": "web",
    "services.cli": "launcher",
}
"""What stands in a process's command: its role."""

OTHER = "other"
WORKER = "inference"


def role_of(command: str) -> str:
    """Return the role of a process by its command."""
    return next((role for word, role in WORDS.items() if word in command), OTHER)


def by_role(commands: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Return process ids by role; each worker has a role of its own, numbered in the order of the ids."""
    roles: dict[str, list[int]] = {}
    workers = 0
    for pid, command in sorted(commands):
        role = role_of(command)
        if role == WORKER:
            workers += 1
            role = f"{WORKER} {workers}"
        roles.setdefault(role, []).append(pid)
    return roles


class Meter:
    """Reads what the processes of a pipeline have used; those that run when it is made."""

    def __init__(self, family: Sequence[psutil.Process]) -> None:
        self._processes = {process.pid: process for process in family}
        self._roles = by_role((pid, command_line(process)) for pid, process in self._processes.items())

    def cpu_s(self) -> dict[str, float]:
        """Return the CPU seconds that each role has used.

        Raises:
            NoMeasurement: a process is gone, so that the sum would be wrong.
        """
        return {role: sum(map(self._cpu_s, pids)) for role, pids in self._roles.items()}

    def _cpu_s(self, pid: int) -> float:
        try:
            used = self._processes[pid].cpu_times()
        except psutil.NoSuchProcess as error:
            raise NoMeasurement(f"a process of the pipeline ended meanwhile: {error}") from error
        return float(used.user + used.system)


def difference(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Return what each role has used between two readings."""
    return {role: after[role] - before[role] for role in before}


def workers_of(roles: Mapping[str, float]) -> float:
    """Return the sum of all workers' figures."""
    return sum(figure for role, figure in roles.items() if role.startswith(WORKER))
