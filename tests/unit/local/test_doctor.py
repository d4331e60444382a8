from services.local.doctor import report
from services.local.findings import Finding, broken, ok, warning


def reported(*findings: Finding) -> tuple[int, list[str]]:
    lines: list[str] = []
    return report(findings, lines.append), lines


def test_all_well_is_exit_code_0() -> None:
    code, lines = reported(ok("port", "8000 is free"))
    assert code == 0
    assert lines[0] == "ok  port:     8000 is free"


def test_a_warning_says_what_to_do_and_is_exit_code_0() -> None:
    code, lines = reported(warning("token", "others may read it", "chmod 600 it"))
    assert code == 0
    assert lines[0].startswith("!!  token:")
    assert lines[0].endswith("chmod 600 it")


def test_something_broken_is_exit_code_1_and_counted() -> None:
    code, lines = reported(
        ok("port", "free"), broken("model", "gone", "get it"), broken("broker", "gone", "start it")
    )
    assert code == 1
    assert "2 to put right" in lines[-1]
