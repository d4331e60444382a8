from benchmarks.table import Table, as_markdown, as_text, number

TABLE = Table(
    "Title", ["name", "ms", "p95"], [["a", "1.0", "12.5"], ["long one", "100.0", "2.0"]], ["a note"]
)


def test_numbers_stand_below_each_other() -> None:
    assert as_text(TABLE) == (
        "Title\n"
        "---------------------\n"
        "name         ms   p95\n"
        "---------------------\n"
        "a           1.0  12.5\n"
        "long one  100.0   2.0\n"
        "a note\n"
    )


def test_a_markdown_table_has_a_row_of_rules() -> None:
    lines = as_markdown(TABLE).splitlines()
    assert lines[:3] == ["| name | ms | p95 |", "| --- | ---: | ---: |", "| a | 1.0 | 12.5 |"]
    assert lines[-1] == "a note"


def test_a_number_has_the_digits_that_were_asked_for() -> None:
    assert (number(2.0), number(2.349, 2)) == ("2.0", "2.35")
