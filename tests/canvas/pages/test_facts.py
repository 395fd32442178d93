"""What fields are told of the node they belong to."""

from canvas.desk import Desk
from canvas.document import Document
from canvas.pages.facts import facts_of
from tests.canvas.running import opened, toys


def test_words_know_the_model_that_reads_them(desk: Desk) -> None:
    document: Document = opened(desk, toys(
        words=("prompt", {"text": "a cat"}), spare=("prompt", {"text": "a dog"}),
        picture=("flux", {"prompt": "@words", "model": "builtin"}),
    ))
    found = {name: facts_of(desk, document, document.graph, name) for name in document.graph.nodes}
    assert {name: fact.reader.id if fact.reader else None for name, fact in found.items()} == {
        "words": "builtin", "spare": None, "picture": "builtin"}
    assert found["words"].model is None and found["picture"].model is not None
