import time
from dataclasses import replace

from canvas.desk import Desk
from canvas.library_tree import sections_of, stock_of


def test_item_3_five_hundred_types_are_sifted_at_once(desk: Desk) -> None:
    types = dict(desk.studio.packs.types)
    plain = types["blur"]
    types |= {f"pack/effect{number}": replace(plain, id=f"pack/effect{number}", title=f"Effect {number} soft")
              for number in range(500)}
    stock = stock_of(types, desk.studio.catalogue.rows.models, {}, None)
    sections_of(stock, "warm")  # the words of all entries are folded once
    start = time.process_time()
    found = sections_of(stock, "soft 321")
    took = time.process_time() - start
    assert found[0].rows[0].title == "Effect 321 soft"
    assert took < 0.5  # hanging, not slow: the figure itself stands in the benchmarks


def test_without_words_there_are_sections_in_the_order_of_work(desk: Desk) -> None:
    stock = stock_of(desk.studio.packs.types, desk.studio.catalogue.rows.models, {}, None)
    titles = [section.title for section in sections_of(stock)]
    assert titles == [title for title in ("Input", "Generate", "Control", "Edit", "Finish", "Flow", "Look", "Output")
                      if title in titles]
    assert sections_of(stock, "", "open", ["prompt", "flux"])[0].rows[0].title == "Flux"


def test_hidden_types_are_not_offered(desk: Desk) -> None:
    types = {"secret": replace(desk.studio.packs.types["blur"], id="secret", title="Secret", hidden=True)}
    assert sections_of(stock_of(types, (), {}, None)) == ()
