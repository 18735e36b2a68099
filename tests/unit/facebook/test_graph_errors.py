"""Meta's error table: the rows of meta.md 2.8, Meta's own samples, and what is not in it."""

import pytest

from livestream_sell.facebook.graph_errors import TABLE, Treatment, read_envelope, treatment_of
from livestream_sell.facebook.usage_headers import read_usage

T = Treatment
ROWS = [
    (1, None, T.retry), (2, None, T.retry), (4, None, T.wait), (4, 2018354, T.wait), (10, None, T.final),
    (10, 2018278, T.window_closed), (10, 2534022, T.window_closed), (10, 2018108, T.stop_person),
    (10, 1893015, T.stop_person), (10, 1893063, T.pause_page), (10, 1404170, T.final), (17, None, T.wait),
    (32, None, T.wait), (100, None, T.final), (100, 33, T.final), (100, 2018001, T.stop_person),
    (100, 2534025, T.final), (190, None, T.reconnect), (190, 458, T.reconnect), (190, 463, T.reconnect),
    (190, 492, T.reconnect), (200, None, T.final), (200, 2018028, T.final), (200, 1545041, T.stop_person),
    (341, None, T.wait), (368, None, T.pause_page), (368, 1, T.pause_page), (506, None, T.final),
    (551, None, T.stop_person), (551, 1545041, T.stop_person), (613, None, T.wait), (613, 2018338, T.wait),
    (613, 1893016, T.stop_person), (2022, None, T.pause_page), (10900, None, T.done), (10903, None, T.stop_person),
    (80001, None, T.wait), (80006, None, T.wait), (2018300, None, T.wait),
]  # fmt: skip


@pytest.mark.parametrize(("code", "subcode", "treatment"), ROWS)
def test_rows(code: int, subcode: int | None, treatment: Treatment) -> None:
    assert treatment_of(code, subcode) is treatment


def test_every_subcode_has_its_code_to_fall_back_on() -> None:
    assert [code for code, subcode in TABLE if subcode is not None and (code, None) not in TABLE] == []


@pytest.mark.parametrize(("is_transient", "treatment"), [(False, T.final), (True, T.retry)])
def test_an_unknown_code_is_final_unless_meta_calls_it_transient(is_transient: bool, treatment: Treatment) -> None:
    assert treatment_of(99_999, 1, is_transient=is_transient) is treatment


def test_the_envelope() -> None:
    error = {"message": "(#551) not available", "type": "OAuthException", "code": 551, "error_subcode": 1545041}

    assert read_envelope({"error": error}) == (551, 1545041, False, "(#551) not available")
    assert read_envelope({"error": {"code": 4, "is_transient": True}}) == (4, None, True, "Meta gave no reason.")


@pytest.mark.parametrize("body", [None, [], "", {}, {"error": "x"}, {"error": {"code": "4"}}, {"id": "1"}])
def test_what_is_no_envelope(body: object) -> None:
    assert read_envelope(body) is None


@pytest.mark.parametrize(
    ("headers", "usage"),
    [
        ({}, (0, 0.0)),
        ({"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":31}'}, (31, 0.0)),
        (
            {
                "x-app-usage": '{"call_count":28}',
                "x-business-use-case-usage": '{"1":[{"type":"pages","call_count":97},'
                '{"type":"messenger","call_count":100,"estimated_time_to_regain_access":5}]}',
            },
            (100, 300.0),
        ),
        ({"x-app-usage": "nonsense", "x-business-use-case-usage": '{"1":7,"2":[null]}'}, (0, 0.0)),
    ],
)
def test_usage_headers(headers: dict[str, str], usage: tuple[int, float]) -> None:
    assert read_usage(headers) == usage
