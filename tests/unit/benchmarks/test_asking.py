from benchmarks.asking import blocked


def client(name: str, flags: str) -> dict[str, str]:
    return {"name": name, "flags": flags, "cmd": "xread"}


def test_those_of_web_are_counted_that_wait_in_the_broker() -> None:
    clients = [
        client("mien-web", "b"),
        client("mien-web", "N"),
        client("mien-inference", "b"),
        client("mien-web", "tb"),
    ]
    assert blocked(clients) == 2
