from services.local.analyze.deployment import worker_programs


def test_each_worker_is_a_program_whose_lines_are_heard() -> None:
    lines: list[str] = []
    programs = worker_programs(2, {"MIEN_REDIS_URL": "unix:///nowhere"}, lines.append)
    assert [program.name for program in programs] == ["worker 1", "worker 2"]
    for program in programs:
        assert program.command[-2:] == ["-m", "services.inference"]
        assert program.with_errors
        assert program.on_line is not None
        program.on_line("a line")
    assert lines == ["a line", "a line"]
