"""Tests that serving looks for garbage seldom, and that nothing of the product asks to be awaited."""

import inspect
import subprocess
import sys

from flask import Flask

CHECK = (
    "import gc; from feedback.tidying import SELDOM, collect_seldom; collect_seldom();"
    "assert gc.get_threshold() == SELDOM, gc.get_threshold(); assert gc.get_freeze_count() > 1000"
)


def test_what_exists_at_the_start_is_left_out_of_every_later_search() -> None:
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_no_view_and_no_hook_is_asynchronous(app: Flask) -> None:
    places = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    hooks = [hook for place in places for some in place.values() for hook in some]
    called = [*app.view_functions.values(), *hooks]
    assert len(called) > 50
    assert [function for function in called if inspect.iscoroutinefunction(inspect.unwrap(function))] == []
