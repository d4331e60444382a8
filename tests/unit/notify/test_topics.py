import json

from services.notify.level import NOBODY, Level
from services.notify.topics import Topics
from shared.entities import EXPRESSIONS, UNSURE

TOPICS = Topics("home/mien", "homeassistant")


def test_all_topics_of_mien_begin_with_its_own() -> None:
    assert TOPICS.availability == "home/mien/availability"
    assert TOPICS.events("door") == "home/mien/door/events"
    assert TOPICS.states("door", Level("happy", 2, True)) == {
        "home/mien/door/expression": "happy",
        "home/mien/door/faces": "2",
        "home/mien/door/connectivity": "ON",
    }


def test_a_connection_that_is_not_known_yet_is_not_said() -> None:
    assert "home/mien/door/connectivity" not in TOPICS.states("door", Level(NOBODY, 0, None))


def test_home_assistant_is_told_of_one_device_with_three_entities() -> None:
    configurations = {topic: json.loads(text) for topic, text in TOPICS.configurations("door").items()}
    assert list(configurations) == [
        "homeassistant/sensor/home_mien_door/expression/config",
        "homeassistant/sensor/home_mien_door/faces/config",
        "homeassistant/binary_sensor/home_mien_door/connectivity/config",
    ]
    assert {tuple(one["device"]["identifiers"]) for one in configurations.values()} == {("home_mien_door",)}
    assert len({one["unique_id"] for one in configurations.values()}) == 3
    assert {one["availability_topic"] for one in configurations.values()} == {TOPICS.availability}


def test_each_entity_reads_a_topic_that_is_written() -> None:
    written = TOPICS.states("door", Level(NOBODY, 0, False))
    read = {json.loads(text)["state_topic"] for text in TOPICS.configurations("door").values()}
    assert read == set(written)


def test_the_sensor_knows_every_state_that_it_may_get() -> None:
    options = json.loads(next(iter(TOPICS.configurations("door").values())))["options"]
    assert options == [*EXPRESSIONS, UNSURE, NOBODY]
