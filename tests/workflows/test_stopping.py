"""Who listens to being told to end, and that it is over afterwards."""

import os
import signal

from workflows.stopping import SIGNS, Stopping


def test_what_was_heard_is_told_once_and_nothing_is_raised() -> None:
    with Stopping() as stopping:
        for sign in SIGNS:
            os.kill(os.getpid(), sign)
        assert stopping.take() and not stopping.take()


def test_the_one_that_listens_is_found_and_others_have_their_place_back() -> None:
    before = [signal.getsignal(sign) for sign in SIGNS]
    with Stopping() as stopping:
        assert Stopping.listening() is stopping
    assert [signal.getsignal(sign) for sign in SIGNS] == before
