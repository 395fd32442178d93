"""What is written down about an order."""

import json

import pytest

from ajar.remote import Job, Order, Part
from tests.money.toys import BY_NAME
from workflows.entries import Entry, File, from_json, key_of, order_of, plain_job, plain_order, to_json

ORDER = Order("toy-1", "video", {"prompt": "a boat é\ud800", "seconds": 5}, (), {"audio": True},
              {"second": 5, "token_out": (0, 4096)}, True)
PARTS = [Part("first_frame", "image/png", "abc", BY_NAME["toy"].file)]
ENTRY = Entry("ajar-1", "key", "toy", "ready", order=plain_order(ORDER, PARTS), job=plain_job(Job("j", {"poll": "u"})),
              addresses=({"type": "image/png", "url": "https://x/y", "role": "", "auth": False, "data": ""},),
              files=(File("abc", "image/png", "main"),), text="words\u2028", data={"seed": 7}, low=0.1, cost=None)
TOY = BY_NAME["toy"]


def test_an_order_is_read_as_it_was_written() -> None:
    again = from_json(to_json(ENTRY))
    assert again == ENTRY and again.remote == Job("j", {"poll": "u"})
    assert order_of(again.order) == ORDER
    assert "\n" not in to_json(ENTRY), "one order is one line of its record"


def test_what_a_later_version_wrote_is_left_out_not_tripped_over() -> None:
    plain = json.loads(to_json(ENTRY))
    assert from_json(json.dumps({**plain, "mood": "new"})) == ENTRY


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": 1', '{"id": "x"}'])
def test_a_damaged_line_is_an_error_that_is_expected(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(text)


def test_equal_orders_have_one_key_and_other_orders_another() -> None:
    plain = plain_order(ORDER, PARTS)
    key = key_of(TOY, "", plain, 0, 0)
    assert key == key_of(TOY, "", plain_order(ORDER, PARTS), 0, 0)
    others = [
        key_of(BY_NAME["toykey"], "", plain, 0, 0), key_of(TOY, "http://127.0.0.1:1", plain, 0, 0),
        key_of(TOY, "", plain, 1, 0), key_of(TOY, "", plain, 0, 1),
        key_of(TOY, "", {**plain, "model": "toy-2"}, 0, 0), key_of(TOY, "", {**plain, "settings": {}}, 0, 0),
        key_of(TOY, "", {**plain, "media": []}, 0, 0),
    ]
    assert len({key, *others}) == 8
