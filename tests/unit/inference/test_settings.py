import pytest

from services.inference.settings import InferenceSettings, duration_ms
from shared.entities import Privacy
from shared.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("off", 0),
        ("90s", 90_000),
        ("30m", 1_800_000),
        ("1h", 3_600_000),
        ("7d", 604_800_000),
        ("9999999s", 9_999_999_000),
        ("366d", 31_622_400_000),
    ],
)
def test_a_duration_is_read_in_its_unit(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize(
    "text", ["", "1", "0s", "-1h", "1.5h", "1 h", "1H", "h", "1w", "99999999s", "1h30m", "on", None]
)
def test_what_is_no_duration_is_an_error_that_shows_how(text: object) -> None:
    with pytest.raises(ValueError, match="neither 'off' nor a duration such as 90s"):
        duration_ms(text)


@pytest.mark.parametrize("text", ["367d", "8785h", "25000d", "9999999d"])
def test_more_than_a_year_of_history_is_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match=f"^MIEN_HISTORY '{text}': is longer than 366d$"):
        InferenceSettings.load({"MIEN_HISTORY": text})


def test_an_hour_of_history_is_kept_by_default() -> None:
    assert InferenceSettings.load({}).history == 3_600_000


def test_history_can_be_off() -> None:
    assert InferenceSettings.load({"MIEN_HISTORY": "off"}).history == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MIEN_HISTORY", "soon"),
        ("MIEN_AGE_BUDGET_MS", "9"),
        ("MIEN_AGE_BUDGET_MS", "60001"),
        ("MIEN_AGE_BUDGET_MS", "fast"),
        ("MIEN_JPEG_QUALITY", "0"),
        ("MIEN_JPEG_QUALITY", "101"),
        ("MIEN_LABELS", "affectnet"),
        ("MIEN_PRIVACY", "on"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} '{value}': "):
        InferenceSettings.load({variable: value})


def test_the_labels_are_fer2013s_or_ferplus_and_the_model_s_choice_by_default() -> None:
    assert InferenceSettings.load({"MIEN_LABELS": "ferplus"}).labels == "ferplus"
    assert InferenceSettings.load({}).labels is None


def test_the_whole_picture_leaves_the_worker_unless_privacy_says_otherwise() -> None:
    assert InferenceSettings.load({}).privacy is Privacy.OFF
    assert InferenceSettings.load({"MIEN_PRIVACY": "numbers"}).privacy is Privacy.NUMBERS


def test_the_model_that_ships_is_the_default() -> None:
    assert InferenceSettings.load({}).model.parts[-2:] == ("models", "expression.onnx")


def test_the_cascade_finds_faces_unless_told_otherwise() -> None:
    assert InferenceSettings.load({}).detector == "cascade"
    assert InferenceSettings.load({"MIEN_DETECTOR": "centerface"}).detector == "centerface"


def test_an_unknown_detector_is_named() -> None:
    with pytest.raises(SettingsError, match="MIEN_DETECTOR 'faces'"):
        InferenceSettings.load({"MIEN_DETECTOR": "faces"})
