import pytest

from services.web.live.asked import EventsAsked, QueryError, TilesAsked, events_asked, tiles_asked


def test_without_a_word_events_come_ten_times_a_second_and_without_crops() -> None:
    assert events_asked({}, None) == EventsAsked(10, crops=False, last_id=None)


def test_a_reader_says_how_it_wants_its_events() -> None:
    assert events_asked({"rate": "30", "crops": "1"}, None) == EventsAsked(30, crops=True)


def test_the_last_event_is_named_by_the_header_or_by_the_address() -> None:
    assert events_asked({"last_event_id": "5-0"}, None).last_id == "5-0"
    assert events_asked({"last_event_id": "5-0"}, "6-0").last_id == "6-0"


def test_an_empty_last_event_id_is_none() -> None:
    assert events_asked({"last_event_id": ""}, "").last_id is None


@pytest.mark.parametrize("text", ["0", "31", "-1", "", "2.5", "1e1", "³", "000000010", "many"])
def test_a_rate_that_is_no_number_from_1_to_30_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(QueryError, match=r"^rate '.*' is not a whole number from 1 to 30$"):
        events_asked({"rate": text}, None)


def test_crops_are_asked_for_by_0_or_1() -> None:
    with pytest.raises(QueryError, match=r"^crops 'yes' is neither 0 nor 1$"):
        events_asked({"crops": "yes"}, None)


def test_what_is_no_id_of_an_event_is_an_error_that_shows_its_beginning() -> None:
    with pytest.raises(QueryError, match=f"^last_event_id '{'x' * 40}' is no id"):
        events_asked({}, "x" * 1000)


def test_without_a_word_all_cameras_come_four_times_a_second() -> None:
    assert tiles_asked({}) == TilesAsked(4, None)


def test_cameras_are_named_with_commas_and_once_each() -> None:
    assert tiles_asked({"cameras": "a,b,a", "fps": "10"}) == TilesAsked(10, ("a", "b"))


@pytest.mark.parametrize("text", ["", "a,", "a,B", "../x"])
def test_what_is_no_camera_s_id_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(QueryError, match=r"^cameras: '.*' is no camera's id$"):
        tiles_asked({"cameras": text})


def test_too_many_cameras_are_an_error_that_says_how_many_may_be() -> None:
    with pytest.raises(QueryError, match=r"^cameras names 65; 64 at most$"):
        tiles_asked({"cameras": ",".join(f"cam{n}" for n in range(65))})
