from threading import Thread

from services.web.feed import Feed


def test_a_reader_gets_the_newest_value_and_none_of_those_before() -> None:
    feed: Feed[str] = Feed()
    feed.put("first")
    feed.put("second")
    assert feed.newer(0, 0) == (2, "second")


def test_a_reader_that_has_the_newest_value_gets_none_when_no_other_comes() -> None:
    feed: Feed[str] = Feed()
    feed.put("only")
    assert feed.newer(1, 0) == (1, None)


def test_every_waiting_reader_is_woken_by_one_value() -> None:
    feed: Feed[str] = Feed()
    seen: list[tuple[int, str | None]] = []
    readers = [Thread(target=lambda: seen.append(feed.newer(0, 10))) for _ in range(5)]
    for reader in readers:
        reader.start()
    feed.put("value")
    for reader in readers:
        reader.join(10)
    assert seen == [(1, "value")] * 5


def test_a_feed_that_ends_wakes_its_readers_with_nothing() -> None:
    feed: Feed[str] = Feed()
    seen: list[tuple[int, str | None]] = []
    reader = Thread(target=lambda: seen.append(feed.newer(0, 10)))
    reader.start()
    feed.close()
    reader.join(10)
    assert seen == [(0, None)]
    assert feed.closed


def test_the_latest_value_of_an_empty_feed_is_none() -> None:
    feed: Feed[str] = Feed()
    assert feed.latest() == (0, None)
